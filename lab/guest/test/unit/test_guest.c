/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
#include <arpa/inet.h>
#include <string.h>

#include "check.h"
#include "clock.h"
#include "guest.h"

static struct guests guests;
static const struct sockaddr_in from = { .sin_family = AF_INET };

static struct guest *take(uint8_t boot, uint64_t sequence, uint64_t sent_ms, uint64_t arrival_ms)
{
    struct packet packet = { .type = PACKET_HEARTBEAT, .sequence = sequence,
                             .sent_ns = sent_ms * NS_PER_MS, .ip = inet_addr("10.9.0.11"),
                             .period_us = 5000, .boot_id = { boot } };

    record_init(&packet.body.record, packet.boot_id, "vm");
    return guests_take(&guests, &packet, &from, arrival_ms * NS_PER_MS);
}

static bool lost_is(const struct guest *guest, uint64_t expected)
{
    uint64_t lost, duplicated, reordered;

    guest_losses(guest, &lost, &duplicated, &reordered);
    return lost == expected && duplicated == 0 && reordered == 0;
}

static void gaps_and_clock(void)
{
    struct guest *guest = take(1, 0, 0, 1000);

    CHECK(guest->boots == 1 && guest->flows[0].gap_max_ns == 0);
    take(1, 1, 5, 1005);
    take(1, 2, 10, 1047); /* a gap … */
    CHECK(guest->flows[0].gap_max_ns == 42 * NS_PER_MS);
    take(1, 3, 15, 1020); /* … that was only delay */
    CHECK(guest->behind_ns < 3 * (int64_t)NS_PER_MS);
    for (uint64_t i = 0; i < 200; i++) {
        take(1, 4 + i, 20 + 5 * i, 1120 + 5 * i); /* the guest stood still for 100 ms */
    }
    CHECK(guest->behind_ns > 99 * (int64_t)NS_PER_MS && guest->behind_ns <= 100 * (int64_t)NS_PER_MS);
    CHECK(guest->flows[0].gap_max_ns == 100 * NS_PER_MS);
    guest_reset(guest);
    CHECK(guest->flows[0].gap_max_ns == 0 && guest->behind_ns == 0);
    CHECK(lost_is(guest, 0));
}

static void boots(void)
{
    struct guest *guest = take(1, 205, 2000, 3000); /* 204 is lost */

    CHECK(lost_is(guest, 1));
    CHECK(take(2, 7, 3, 5000) == guest && guest->boots == 2);
    CHECK(guest->flows[0].gap_max_ns == 2000 * NS_PER_MS);
    CHECK(lost_is(guest, 1)); /* kept, and the new numbers count from where they begin */
    take(1, 206, 2005, 5001); /* a straggler does not count as a boot */
    CHECK(guest->boots == 2);
    CHECK(guest_up(guest, 5500 * NS_PER_MS));
    CHECK(!guest_up(guest, 6500 * NS_PER_MS));
}

static void commands(void)
{
    struct guest *guest = take(2, 8, 8, 5005);
    struct packet result = { .type = PACKET_RESULT, .ip = guest->ip.s_addr, .boot_id = { 2 },
                             .sequence = 9, .state = RESULT_RUNNING };

    strcpy(result.body.text, "ok");
    guest->command = (struct guest_command){ .id = 9, .pending = true };
    guests_take(&guests, &result, &from, 5006 * NS_PER_MS);
    CHECK(guest->command.pending);
    result.sequence = 8; /* of an earlier command */
    result.state = RESULT_GOOD;
    guests_take(&guests, &result, &from, 5007 * NS_PER_MS);
    CHECK(guest->command.pending);
    result.sequence = 9;
    guests_take(&guests, &result, &from, 5008 * NS_PER_MS);
    CHECK(!guest->command.pending && guest->command.state == RESULT_GOOD);
}

static void many(void)
{
    struct packet packet = { .type = PACKET_HEARTBEAT, .flow = 1, .boot_id = { 3 } };

    for (uint32_t ip = 1; ip < 2 * GUESTS_MAX; ip++) {
        packet.ip = ip;
        guests_take(&guests, &packet, &from, 1);
    }
    CHECK(guests.count == GUESTS_MAX);
    packet.type = PACKET_PING;
    CHECK(guests_take(&guests, &packet, &from, 1) == NULL);
}

void test_guest(void)
{
    gaps_and_clock();
    boots();
    commands();
    many();
}
