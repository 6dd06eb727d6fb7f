/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
#include "traffic.h"

#include <arpa/inet.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "clock.h"

#define BUFFER_SIZE (64 << 20) /* some seconds of many guests */
#define REPEAT_NS (200 * NS_PER_MS)

void traffic_open(struct traffic *traffic, struct in_addr address, uint16_t port)
{
    struct sockaddr_in here = { .sin_family = AF_INET, .sin_port = htons(port),
                                .sin_addr = address };
    int size = BUFFER_SIZE, on = 1;

    memset(traffic, 0, sizeof(*traffic));
    if (getrandom(&traffic->session, sizeof(traffic->session), 0) !=
        sizeof(traffic->session)) {
        err(EXIT_FAILURE, "getrandom");
    }
    traffic->session |= 1; /* 0 is the guests' */
    traffic->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (traffic->fd < 0 ||
        bind(traffic->fd, (struct sockaddr *)&here, sizeof(here)) != 0) {
        err(EXIT_FAILURE, "cannot listen on %s, UDP port %u", inet_ntoa(address), port);
    }
    if (setsockopt(traffic->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) != 0) {
        err(EXIT_FAILURE, "no time stamps for packets");
    }
    if (setsockopt(traffic->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) != 0 &&
        setsockopt(traffic->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) != 0) {
        err(EXIT_FAILURE, "no receive buffer");
    }
}

/* When the kernel took the packet in, on CLOCK_MONOTONIC: how long it waited
 * for us is known from the clock of its time stamp, whose steps do not matter. */
static uint64_t arrival_of(struct msghdr *message)
{
    uint64_t now = monotonic_ns();
    struct timespec stamp;

    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part != NULL;
         part = CMSG_NXTHDR(message, part)) {
        if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_TIMESTAMPNS) {
            uint64_t arrived, real = clock_ns(CLOCK_REALTIME);

            memcpy(&stamp, CMSG_DATA(part), sizeof(stamp));
            arrived = (uint64_t)stamp.tv_sec * NS_PER_SECOND + (uint64_t)stamp.tv_nsec;
            if (arrived < real && real - arrived < now) {
                return now - (real - arrived);
            }
        }
    }
    return now;
}

void traffic_receive(struct traffic *traffic, struct guests *guests)
{
    for (;;) {
        struct packet packet;
        struct sockaddr_in from;
        char control[256];
        struct iovec part = { .iov_base = &packet, .iov_len = sizeof(packet) };
        struct msghdr message = { .msg_name = &from, .msg_namelen = sizeof(from),
                                  .msg_iov = &part, .msg_iovlen = 1,
                                  .msg_control = control, .msg_controllen = sizeof(control) };
        ssize_t len = recvmsg(traffic->fd, &message, 0);

        if (len < 0) {
            return;
        }
        if ((message.msg_flags & MSG_TRUNC) != 0 || !packet_open(&packet, (size_t)len)) {
            traffic->damaged++;
        } else {
            guests_take(guests, &packet, &from, arrival_of(&message));
        }
    }
}

static bool send_packet(const struct traffic *traffic, const struct guest *guest,
                        const struct guest_flow *flow, struct packet *packet, size_t body)
{
    size_t len;

    packet->flow = (uint16_t)(flow - guest->flows);
    packet->session = traffic->session;
    packet->sent_ns = monotonic_ns();
    packet->ip = guest->ip.s_addr;
    packet->period_us = guest->period_us;
    len = packet_seal(packet, body);
    return sendto(traffic->fd, packet, len, 0, (const struct sockaddr *)&flow->address,
                  sizeof(flow->address)) == (ssize_t)len;
}

/* A guest that is silent for long gets no more pings: the queue of its tap is
 * short, and what overflows there would count as lost. */
static void ping(const struct traffic *traffic, struct guest *guest, struct guest_flow *flow,
                 uint64_t now)
{
    struct packet packet = { .type = PACKET_PING, .sequence = flow->ping_sequence };
    uint64_t period = guest->period_us * NS_PER_US;

    if (!flow->heard || now < flow->ping_next_ns || now - flow->last_ns > UP_NS) {
        return;
    }
    memcpy(packet.boot_id, guest->boot_id, sizeof(packet.boot_id));
    if (send_packet(traffic, guest, flow, &packet, 0)) {
        flow->ping_sequence++;
    }
    flow->ping_next_ns = now - flow->ping_next_ns > period ? now + period
                                                           : flow->ping_next_ns + period;
}

static void repeat_command(const struct traffic *traffic, struct guest *guest, uint64_t now)
{
    struct guest_command *command = &guest->command;
    struct packet packet = { .type = PACKET_COMMAND, .sequence = command->id };

    if (!command->pending || now < command->send_next_ns) {
        return;
    }
    memcpy(packet.boot_id, command->boot_id, sizeof(packet.boot_id));
    strcpy(packet.body.text, command->text);
    send_packet(traffic, guest, &guest->flows[0], &packet, strlen(command->text) + 1);
    command->send_next_ns = now + REPEAT_NS;
}

void traffic_tick(struct traffic *traffic, struct guests *guests)
{
    uint64_t now = monotonic_ns();

    for (size_t i = 0; i < guests->count; i++) {
        struct guest *guest = &guests->list[i];

        for (int f = 0; f < PACKET_FLOWS; f++) {
            ping(traffic, guest, &guest->flows[f], now);
        }
        repeat_command(traffic, guest, now);
    }
}

void traffic_command(struct traffic *traffic, struct guest *guest, const char *text)
{
    struct guest_command *command = &guest->command;

    *command = (struct guest_command){ .id = ++traffic->command_id, .pending = true };
    memcpy(command->boot_id, guest->boot_id, sizeof(command->boot_id));
    snprintf(command->text, sizeof(command->text), "%s", text);
    repeat_command(traffic, guest, monotonic_ns());
}
