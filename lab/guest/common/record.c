/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
#include "record.h"

#include <stdio.h>
#include <string.h>

_Static_assert(sizeof(struct packet) <= 1472, "a packet must fit an Ethernet frame");
_Static_assert(sizeof(struct record) <= RECORD_ALIGN, "the record must fit a page");

const struct counter_description counter_descriptions[COUNTERS] = {
#define X(name, kind) { #name, COUNTER_##kind },
    RECORD_COUNTERS(X)
#undef X
};

void record_init(struct record *record, const uint8_t boot_id[16], const char *name)
{
    static const char reversed[] = "MVSUHTRO";

    memset(record, 0, sizeof(*record));
    record->version = RECORD_VERSION;
    record->size = sizeof(*record);
    memcpy(record->boot_id, boot_id, sizeof(record->boot_id));
    snprintf(record->name, sizeof(record->name), "%s", name);
    for (volatile size_t i = 0; i < sizeof(record->magic); i++) {
        record->magic[i] = reversed[sizeof(record->magic) - 1 - i];
    }
}

bool record_valid(const struct record *record)
{
    return memcmp(record->magic, RECORD_MAGIC, sizeof(record->magic)) == 0 &&
           record->version == RECORD_VERSION && record->size == sizeof(*record) &&
           memchr(record->name, 0, sizeof(record->name)) != NULL;
}

static uint32_t crc32_table[256];

__attribute__((constructor)) static void crc32_fill_table(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t word = i;

        for (int bit = 0; bit < 8; bit++) {
            word = word & 1 ? word >> 1 ^ 0xedb88320u : word >> 1;
        }
        crc32_table[i] = word;
    }
}

static uint32_t crc32_update(uint32_t crc, const void *data, size_t len)
{
    const uint8_t *byte = data;

    for (size_t i = 0; i < len; i++) {
        crc = crc >> 8 ^ crc32_table[(crc ^ byte[i]) & 0xff];
    }
    return crc;
}

uint32_t crc32_of(const void *data, size_t len)
{
    return ~crc32_update(~0u, data, len);
}

static uint32_t packet_crc(const struct packet *packet, size_t len)
{
    static const uint32_t zero;
    const uint8_t *bytes = (const uint8_t *)packet;
    size_t at = offsetof(struct packet, crc);
    uint32_t crc = crc32_update(~0u, bytes, at);

    crc = crc32_update(crc, &zero, sizeof(zero));
    return ~crc32_update(crc, bytes + at + sizeof(zero), len - at - sizeof(zero));
}

size_t packet_seal(struct packet *packet, size_t body)
{
    size_t len = PACKET_HEADER + body;

    packet->magic = PACKET_MAGIC;
    packet->version = PACKET_VERSION;
    packet->length = (uint16_t)len;
    packet->crc = packet_crc(packet, len);
    return len;
}

bool packet_open(struct packet *packet, size_t len)
{
    size_t body;

    if (len < PACKET_HEADER || len > sizeof(*packet) || packet->magic != PACKET_MAGIC ||
        packet->version != PACKET_VERSION || packet->length != len ||
        packet->flow >= PACKET_FLOWS || packet->crc != packet_crc(packet, len)) {
        return false;
    }
    body = len - PACKET_HEADER;
    switch (packet->type) {
    case PACKET_HEARTBEAT:
        return packet->flow != 0 ? body == 0
                                 : body == sizeof(struct record) &&
                                       record_valid(&packet->body.record);
    case PACKET_PING:
        return body == 0;
    case PACKET_COMMAND:
    case PACKET_RESULT:
        return body > 0 && body <= PACKET_TEXT_MAX && packet->body.text[body - 1] == 0;
    default:
        return false;
    }
}
