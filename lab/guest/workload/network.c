/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/*
 * Network: a flow per vCPU, each with a socket and a thread on that vCPU, so
 * that every queue of a multi-queue NIC is in use. On each flow heartbeats with
 * sequence numbers go out and the watcher's pings, which come at its own pace,
 * are counted in.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "sequence.h"
#include "workload.h"

#define INTERFACE "eth0"
#define PERIOD_NS (5 * NS_PER_MS)
/* Pings of a few seconds in which the guest got no CPU. */
#define RECEIVE_BUFFER (4 << 20)

struct flow {
    uint16_t number;
    int fd;
    uint64_t sent;
    uint64_t session;         /* of the watcher last heard */
    struct sequence pings;
    struct sequence reported; /* only its counts: what the record already has */
};

static void flow_send(struct flow *flow, struct packet *packet, size_t body)
{
    size_t len;

    packet->flow = flow->number;
    memcpy(packet->boot_id, the_record->boot_id, sizeof(packet->boot_id));
    packet->session = 0;
    packet->sent_ns = monotonic_ns();
    packet->ip = the_settings.ip.s_addr;
    packet->period_us = (uint32_t)(paced(PERIOD_NS) / NS_PER_US);
    packet->reserved = 0;
    len = packet_seal(packet, body);
    /* The first send after an ICMP error only reports that error. */
    if (send(flow->fd, packet, len, 0) < 0 && send(flow->fd, packet, len, 0) < 0) {
        return;
    }
    if (packet->type == PACKET_HEARTBEAT) {
        flow->sent++;
        count(C_net_sent, 1);
    }
}

static void send_heartbeat(struct flow *flow)
{
    struct packet packet = { .type = PACKET_HEARTBEAT, .sequence = flow->sent };

    if (flow->number == 0) {
        packet.body.record = *the_record;
    }
    flow_send(flow, &packet, flow->number == 0 ? sizeof(packet.body.record) : 0);
}

/* Brings the record up to what the sequence says now. The losses may also
 * shrink, when a packet was only late; the sum over all flows is right. */
static void report(struct flow *flow)
{
    uint64_t lost = sequence_lost(&flow->pings);

    count(C_net_lost, lost - flow->reported.received); /* wraps where it shrinks */
    count(C_net_duplicated, flow->pings.duplicated - flow->reported.duplicated);
    count(C_net_reordered, flow->pings.reordered - flow->reported.reordered);
    flow->reported.received = lost;
    flow->reported.duplicated = flow->pings.duplicated;
    flow->reported.reordered = flow->pings.reordered;
}

static void take_ping(struct flow *flow, const struct packet *packet)
{
    if (packet->session != flow->session) {
        flow->session = packet->session;
        memset(&flow->pings, 0, sizeof(flow->pings));
        memset(&flow->reported, 0, sizeof(flow->reported));
    }
    sequence_take(&flow->pings, packet->sequence);
    count(C_net_received, 1);
    report(flow);
}

static void take_command(struct flow *flow, const struct packet *packet)
{
    struct packet result = { .type = PACKET_RESULT, .sequence = packet->sequence };

    result.state = control_command(packet->session, packet->sequence, packet->body.text,
                                   result.body.text);
    flow_send(flow, &result, strlen(result.body.text) + 1);
}

static void receive(struct flow *flow)
{
    struct packet packet;
    ssize_t len;

    while ((len = recv(flow->fd, &packet, sizeof(packet), MSG_DONTWAIT)) >= 0 ||
           errno == ECONNREFUSED) {
        if (len < 0) {
            continue;
        }
        if (!packet_open(&packet, (size_t)len)) {
            count(C_net_damaged, 1);
        } else if (memcmp(packet.boot_id, the_record->boot_id, sizeof(packet.boot_id)) != 0) {
            continue; /* meant for who was here before the reboot */
        } else if (packet.type == PACKET_PING) {
            take_ping(flow, &packet);
        } else if (packet.type == PACKET_COMMAND && flow->number == 0) {
            take_command(flow, &packet);
        }
    }
}

static void *run_flow(void *argument)
{
    struct flow *flow = argument;
    struct pollfd readable = { .fd = flow->fd, .events = POLLIN };
    uint64_t next = monotonic_ns();

    for (;;) {
        uint64_t now = monotonic_ns();

        if (now >= next) {
            send_heartbeat(flow);
            next += paced(PERIOD_NS);
            if (next < now) {
                next = now + paced(PERIOD_NS);
            }
        } else {
            struct timespec wait = timespec_of(next - now);

            if (ppoll(&readable, 1, &wait, NULL) > 0) {
                receive(flow);
            }
        }
    }
    return NULL;
}

static bool set_address(int fd, unsigned long request, struct in_addr address)
{
    struct ifreq ifr = { .ifr_name = INTERFACE };
    struct sockaddr_in inet = { .sin_family = AF_INET, .sin_addr = address };

    memcpy(&ifr.ifr_addr, &inet, sizeof(inet));
    return ioctl(fd, request, &ifr) == 0;
}

void network_configure(void)
{
    struct in_addr mask = { .s_addr = htonl(~0u << (32 - the_settings.prefix)) };
    struct ifreq ifr = { .ifr_name = INTERFACE, .ifr_flags = IFF_UP | IFF_RUNNING };
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || !set_address(fd, SIOCSIFADDR, the_settings.ip) ||
        !set_address(fd, SIOCSIFNETMASK, mask) || ioctl(fd, SIOCSIFFLAGS, &ifr) != 0) {
        say("network: cannot set up " INTERFACE ": %s", strerror(errno));
    }
    close(fd);
}

static bool open_flow(struct flow *flow)
{
    struct sockaddr_in here = { .sin_family = AF_INET,
                                .sin_port = htons((uint16_t)(PACKET_PORT + flow->number)) };
    struct sockaddr_in there = { .sin_family = AF_INET, .sin_port = htons(PACKET_PORT),
                                 .sin_addr = the_settings.peer };
    int size = RECEIVE_BUFFER;

    flow->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return flow->fd >= 0 &&
           setsockopt(flow->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) == 0 &&
           bind(flow->fd, (struct sockaddr *)&here, sizeof(here)) == 0 &&
           connect(flow->fd, (struct sockaddr *)&there, sizeof(there)) == 0;
}

void network_start(void)
{
    static struct flow flows[PACKET_FLOWS];

    for (int i = 0; i < vcpus() && i < PACKET_FLOWS; i++) {
        flows[i].number = (uint16_t)i;
        if (open_flow(&flows[i])) {
            start_thread(run_flow, &flows[i], i);
        } else {
            say("network: flow %d: %s", i, strerror(errno));
            count(C_net_damaged, 1);
        }
    }
}
