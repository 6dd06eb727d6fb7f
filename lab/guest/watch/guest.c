/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
#include "guest.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

struct guest *guests_find(struct guests *guests, struct in_addr ip)
{
    for (size_t i = 0; i < guests->count; i++) {
        if (guests->list[i].ip.s_addr == ip.s_addr) {
            return &guests->list[i];
        }
    }
    return NULL;
}

void guest_losses(const struct guest *guest, uint64_t *lost, uint64_t *duplicated,
                  uint64_t *reordered)
{
    *lost = guest->lost;
    *duplicated = guest->duplicated;
    *reordered = guest->reordered;
    for (int i = 0; i < PACKET_FLOWS; i++) {
        *lost += sequence_lost(&guest->flows[i].heartbeats);
        *duplicated += guest->flows[i].heartbeats.duplicated;
        *reordered += guest->flows[i].heartbeats.reordered;
    }
}

static bool same_boot(const uint8_t *one, const uint8_t *other)
{
    return memcmp(one, other, 16) == 0;
}

static void begin_boot(struct guest *guest, const struct packet *packet)
{
    uint64_t lost, duplicated, reordered;

    guest_losses(guest, &lost, &duplicated, &reordered);
    guest->lost = lost;
    guest->duplicated = duplicated;
    guest->reordered = reordered;
    for (int i = 0; i < PACKET_FLOWS; i++) {
        guest->flows[i].heartbeats = (struct sequence){ 0 };
        /* The flow may be of a vCPU that is no more. The gap goes on. */
        guest->flows[i].heard = false;
    }
    memcpy(guest->last_boot_id, guest->boot_id, sizeof(guest->boot_id));
    memcpy(guest->boot_id, packet->boot_id, sizeof(guest->boot_id));
    guest->clock_known = false;
    guest->behind_ns = 0;
    guest->boots++;
}

/* The guest's clock against ours. A packet that was under way for long makes the
 * guest seem to be behind, so the fastest packet is the base, and single slow
 * ones hardly count. */
static void compare_clocks(struct guest *guest, uint64_t guest_ns, uint64_t arrival_ns)
{
    int64_t difference = (int64_t)(arrival_ns - guest_ns);
    int64_t behind;

    if (!guest->clock_known || difference < guest->clock_base_ns) {
        guest->clock_known = true;
        guest->clock_base_ns = difference;
    }
    behind = difference - guest->clock_base_ns;
    guest->behind_ns = behind < guest->behind_ns ? behind
                                                 : guest->behind_ns + (behind - guest->behind_ns) / 16;
}

static void take_heartbeat(struct guest *guest, const struct packet *packet,
                           const struct sockaddr_in *from, uint64_t arrival_ns)
{
    struct guest_flow *flow = &guest->flows[packet->flow];

    if (flow->last_ns != 0 && arrival_ns > flow->last_ns &&
        arrival_ns - flow->last_ns > flow->gap_max_ns) {
        flow->gap_max_ns = arrival_ns - flow->last_ns;
    }
    flow->last_ns = arrival_ns;
    flow->heard = true;
    flow->address = *from;
    guest->period_us = packet->period_us;
    sequence_take(&flow->heartbeats, packet->sequence);
    if (packet->flow == 0) {
        guest->record = packet->body.record;
        compare_clocks(guest, packet->sent_ns, arrival_ns);
    }
}

static void take_result(struct guest *guest, const struct packet *packet)
{
    struct guest_command *command = &guest->command;

    if (!command->pending || packet->sequence != command->id ||
        packet->state == RESULT_RUNNING) {
        return;
    }
    command->pending = false;
    command->state = packet->state;
    snprintf(command->answer, sizeof(command->answer), "%s", packet->body.text);
}

struct guest *guests_take(struct guests *guests, const struct packet *packet,
                          const struct sockaddr_in *from, uint64_t arrival_ns)
{
    struct guest *guest = guests_find(guests, (struct in_addr){ packet->ip });

    if (packet->type != PACKET_HEARTBEAT && packet->type != PACKET_RESULT) {
        return NULL;
    }
    if (guest == NULL) {
        if (guests->count == GUESTS_MAX) {
            return NULL;
        }
        guest = &guests->list[guests->count++];
        memset(guest, 0, sizeof(*guest));
        guest->ip.s_addr = packet->ip;
    }
    if (guest->boots == 0 || !same_boot(packet->boot_id, guest->boot_id)) {
        if (guest->boots > 1 && same_boot(packet->boot_id, guest->last_boot_id)) {
            return guest; /* a straggler of the boot before */
        }
        begin_boot(guest, packet);
    }
    if (packet->type == PACKET_HEARTBEAT) {
        take_heartbeat(guest, packet, from, arrival_ns);
    } else {
        take_result(guest, packet);
    }
    return guest;
}

uint64_t guest_silent_ns(const struct guest *guest, uint64_t now_ns)
{
    uint64_t last = 0;

    for (int i = 0; i < PACKET_FLOWS; i++) {
        last = guest->flows[i].last_ns > last ? guest->flows[i].last_ns : last;
    }
    return now_ns > last ? now_ns - last : 0;
}

bool guest_up(const struct guest *guest, uint64_t now_ns)
{
    return guest->flows[0].heard && guest_silent_ns(guest, now_ns) < UP_NS;
}

void guest_reset(struct guest *guest)
{
    for (int i = 0; i < PACKET_FLOWS; i++) {
        guest->flows[i].gap_max_ns = 0;
    }
    guest->clock_known = false;
    guest->behind_ns = 0;
}

static void write_counters(struct json *json, const struct record *record)
{
    json_open(json, "counters", '{');
    for (int i = 0; i < COUNTERS; i++) {
        json_number(json, counter_descriptions[i].name, record->counters[i]);
    }
    json_close(json, '}');
}

void guest_write(struct json *json, const struct guest *guest, uint64_t now_ns, bool details)
{
    char text[40];
    uint64_t lost, duplicated, reordered, received = 0, gap = 0;

    json_string(json, "ip", inet_ntop(AF_INET, &guest->ip, text, sizeof(text)));
    json_string(json, "name", guest->record.name);
    json_bool(json, "up", guest_up(guest, now_ns));
    json_number(json, "boots", guest->boots);
    json_number(json, "silent_ns", guest_silent_ns(guest, now_ns));
    if (!details) {
        return;
    }
    guest_losses(guest, &lost, &duplicated, &reordered);
    for (int i = 0; i < PACKET_FLOWS; i++) {
        received += guest->flows[i].heartbeats.received;
        gap = guest->flows[i].gap_max_ns > gap ? guest->flows[i].gap_max_ns : gap;
    }
    for (size_t i = 0; i < sizeof(guest->boot_id); i++) {
        snprintf(text + 2 * i, 3, "%02x", guest->boot_id[i]);
    }
    json_string(json, "boot_id", text);
    json_number(json, "received", received);
    json_number(json, "gap_max_ns", gap);
    json_number(json, "lost", lost);
    json_number(json, "duplicated", duplicated);
    json_number(json, "reordered", reordered);
    json_number(json, "behind_ns", (uint64_t)guest->behind_ns);
    write_counters(json, &guest->record);
}
