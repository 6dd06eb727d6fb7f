/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "record.h"

static struct packet heartbeat(void)
{
    static const uint8_t boot_id[16] = { 1, 2, 3 };
    struct packet packet = { .type = PACKET_HEARTBEAT, .sequence = 42 };

    record_init(&packet.body.record, boot_id, "vm");
    return packet;
}

static void damage_is_noticed(void)
{
    struct packet good = heartbeat();
    size_t len = packet_seal(&good, sizeof(good.body.record));
    int accepted = 0;

    CHECK(packet_open(&good, len));
    CHECK(!packet_open(&good, len - 1));
    for (size_t i = 0; i < len; i++) {
        struct packet bad = good;

        ((uint8_t *)&bad)[i] ^= 0x10;
        accepted += packet_open(&bad, len);
    }
    CHECK(accepted == 0);
}

static void bodies_fit_their_types(void)
{
    struct packet packet = heartbeat();
    size_t len = packet_seal(&packet, 0);

    CHECK(!packet_open(&packet, len)); /* flow 0 carries a record */
    packet.flow = 1;
    len = packet_seal(&packet, 0);
    CHECK(packet_open(&packet, len));
    packet.flow = PACKET_FLOWS;
    len = packet_seal(&packet, 0);
    CHECK(!packet_open(&packet, len));

    packet = (struct packet){ .type = PACKET_COMMAND };
    memcpy(packet.body.text, "verdict", 8);
    len = packet_seal(&packet, 8);
    CHECK(packet_open(&packet, len));
    len = packet_seal(&packet, 7); /* not terminated */
    CHECK(!packet_open(&packet, len));
    len = packet_seal(&packet, 0);
    CHECK(!packet_open(&packet, len));
    packet.type = 99;
    len = packet_seal(&packet, 8);
    CHECK(!packet_open(&packet, len));
}

static void noise_is_refused(void)
{
    int accepted = 0;

    srand(1);
    for (int i = 0; i < 20000; i++) {
        struct packet packet;
        size_t len = (size_t)rand() % sizeof(packet);

        for (size_t j = 0; j < sizeof(packet); j += sizeof(int)) {
            int word = rand();

            memcpy((char *)&packet + j, &word, sizeof(word));
        }
        packet.magic = PACKET_MAGIC;
        packet.version = PACKET_VERSION;
        packet.length = (uint16_t)len;
        accepted += packet_open(&packet, len);
    }
    CHECK(accepted == 0);
}

void test_record(void)
{
    struct packet packet = heartbeat();
    struct record *record = &packet.body.record;

    CHECK(crc32_of("123456789", 9) == 0xcbf43926);
    CHECK(record_valid(record));
    CHECK(memcmp(record, "ORTHUSVM", 8) == 0);
    record->version++;
    CHECK(!record_valid(record));
    record->version--;
    memset(record->name, 'x', sizeof(record->name));
    CHECK(!record_valid(record));
    damage_is_noticed();
    bodies_fit_their_types();
    noise_is_refused();
}
