/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/*
 * What is known of each guest from its packets. No sockets here: packets come
 * in with the time of their arrival (CLOCK_MONOTONIC, ns). Not thread-safe.
 */
#ifndef ORTHUS_GUEST_H
#define ORTHUS_GUEST_H

#include <netinet/in.h>

#include "json.h"
#include "record.h"
#include "sequence.h"

#define GUESTS_MAX 64
#define UP_NS 1000000000ull /* a guest is up when it was heard this long ago */

struct guest_flow {
    bool heard;
    struct sockaddr_in address;   /* where its packets come from */
    struct sequence heartbeats;   /* of this boot */
    uint64_t last_ns;             /* arrival of the last one */
    uint64_t gap_max_ns;          /* longest time between two, since the reset */
    uint64_t ping_next_ns;        /* when the next one is due */
    uint64_t ping_sequence;
};

struct guest_command {
    uint64_t id;                  /* 0: none was ever given */
    bool pending;
    uint8_t boot_id[16];          /* of the guest that it is meant for */
    char text[64];
    uint64_t send_next_ns;
    enum result_state state;
    char answer[PACKET_TEXT_MAX];
};

struct guest {
    struct in_addr ip;
    uint8_t boot_id[16], last_boot_id[16];
    unsigned boots;
    uint32_t period_us;
    struct guest_flow flows[PACKET_FLOWS];
    struct record record;         /* the latest */
    uint64_t lost, duplicated, reordered; /* in earlier boots */
    int64_t clock_base_ns;        /* host's minus guest's clock at the reset */
    bool clock_known;
    int64_t behind_ns;            /* by how much the guest's clock fell back since */
    struct guest_command command;
};

struct guests {
    struct guest list[GUESTS_MAX];
    size_t count;
};

/* NULL when not known. */
struct guest *guests_find(struct guests *guests, struct in_addr ip);

/* Takes a packet that packet_open() found good. Returns its guest, NULL when
 * there are too many or the packet is not one from a guest. */
struct guest *guests_take(struct guests *guests, const struct packet *packet,
                          const struct sockaddr_in *from, uint64_t arrival_ns);

bool guest_up(const struct guest *guest, uint64_t now_ns);
uint64_t guest_silent_ns(const struct guest *guest, uint64_t now_ns);

/* Restarts the measurement of gaps and of the guest's clock. */
void guest_reset(struct guest *guest);

/* Sums over all boots and flows of what the guest sent to us. */
void guest_losses(const struct guest *guest, uint64_t *lost, uint64_t *duplicated,
                  uint64_t *reordered);

/* Members of an open object; all counters only with details. */
void guest_write(struct json *json, const struct guest *guest, uint64_t now_ns, bool details);

#endif
