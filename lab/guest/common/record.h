/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/*
 * What a guest knows about itself, and how it says so.
 *
 * All counters of a guest live in one page-aligned record in its RAM. The
 * record starts with a magic, so that it can be found by a scan of the guest's
 * memory from outside, and a copy of it travels in each UDP heartbeat.
 * Everything is little-endian: guest and host are both x86-64.
 */
#ifndef ORTHUS_RECORD_H
#define ORTHUS_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORD_MAGIC "ORTHUSVM"
#define RECORD_VERSION 1
#define RECORD_ALIGN 4096

/*
 * Kinds of counters:
 *  INFO  a fact, says nothing about health
 *  COUNT work done since boot, grows while the guest is alive
 *  WORST the largest value seen since boot or since the command "reset"
 *  BAD   a lie of the machine; anything but 0 makes the verdict bad
 */
enum counter_kind { COUNTER_INFO, COUNTER_COUNT, COUNTER_WORST, COUNTER_BAD };

/* The README explains each one; units are in the name (_ns, _mb) or pieces. */
#define RECORD_COUNTERS(X)                                                     \
    X(vcpus, INFO)                                                             \
    X(avx, INFO)                                                               \
    X(heartbeats, COUNT)                                                       \
    X(gap_max_ns, WORST)                                                       \
    X(boottime_step_max_ns, WORST)                                             \
    X(realtime_step_max_ns, WORST)                                             \
    X(clock_backward, BAD)                                                     \
    X(memory_pages, COUNT)                                                     \
    X(memory_bad, BAD)                                                         \
    X(touched_mb, INFO)                                                        \
    X(touched_bad, BAD)                                                        \
    X(dirtied_pages, COUNT)                                                    \
    X(disks, INFO)                                                             \
    X(disk_writes, COUNT)                                                      \
    X(disk_reads, COUNT)                                                       \
    X(disk_slowest_ns, WORST)                                                  \
    X(disk_bad, BAD)                                                           \
    X(disk_errors, BAD)                                                        \
    X(net_sent, COUNT)                                                         \
    X(net_received, COUNT)                                                     \
    X(net_lost, BAD)                                                           \
    X(net_duplicated, BAD)                                                     \
    X(net_reordered, BAD)                                                      \
    X(net_damaged, BAD)                                                        \
    X(timers_fired, COUNT)                                                     \
    X(timer_late_max_ns, WORST)                                                \
    X(timer_early, BAD)                                                        \
    X(fpu_checks, COUNT)                                                       \
    X(fpu_bad, BAD)                                                            \
    X(cd_reads, COUNT)                                                         \
    X(cd_absent, COUNT)                                                        \
    X(cd_bad, BAD)                                                             \
    X(entropy_bytes, COUNT)                                                    \
    X(entropy_bad, BAD)                                                        \
    X(agent_requests, COUNT)

enum counter {
#define X(name, kind) C_##name,
    RECORD_COUNTERS(X)
#undef X
    COUNTERS
};

struct counter_description {
    const char *name;
    enum counter_kind kind;
};
extern const struct counter_description counter_descriptions[COUNTERS];

struct record {
    char magic[8];
    uint32_t version;
    uint32_t size;          /* sizeof(struct record) */
    uint8_t boot_id[16];    /* random, another one after each boot */
    char name[32];          /* of the VM, NUL-terminated */
    uint64_t counters[COUNTERS];
};

/* Sets up an empty record. The magic is put together at run time only, so that
 * a scan of guest RAM finds no second copy in the program's constants. */
void record_init(struct record *record, const uint8_t boot_id[16], const char *name);

/* True when *record is one that this version of the code understands. */
bool record_valid(const struct record *record);

/* ---- packets ------------------------------------------------------------ */

#define PACKET_MAGIC 0x5648544fu /* "OTHV" */
#define PACKET_VERSION 1
#define PACKET_PORT 7100
#define PACKET_TEXT_MAX 1024
#define PACKET_FLOWS 8 /* one flow per vCPU, up to this many */

enum packet_type {
    PACKET_HEARTBEAT = 1, /* guest to host; carries the record on flow 0 */
    PACKET_PING = 2,      /* host to guest: the other direction's sequence */
    PACKET_COMMAND = 3,   /* host to guest, repeated until a result is there */
    PACKET_RESULT = 4,    /* guest to host: how the command stands */
};

enum result_state {
    RESULT_NONE = 0,
    RESULT_RUNNING = 1,
    RESULT_GOOD = 2,
    RESULT_BAD = 3,     /* verdict only; the text has the reasons */
    RESULT_REFUSED = 4, /* not understood; the text says why */
};

struct packet {
    uint32_t magic;
    uint16_t version;
    uint16_t type;       /* enum packet_type */
    uint32_t crc;        /* CRC-32 of the packet with this field 0 */
    uint16_t length;     /* of the whole packet, bytes */
    uint16_t flow;       /* 0 … PACKET_FLOWS - 1 */
    uint8_t boot_id[16]; /* of the guest that sends or is meant */
    uint64_t session;    /* of the watcher, random per start; 0 from guests */
    uint64_t sequence;   /* per flow and direction; in commands and results: the
                            command's number */
    uint64_t sent_ns;    /* CLOCK_MONOTONIC of the sender */
    uint32_t ip;         /* of the guest, as in the settings; network order */
    uint32_t period_us;  /* how often this flow sends */
    uint32_t state;      /* enum result_state, in results */
    uint32_t reserved;
    union {
        struct record record;
        char text[PACKET_TEXT_MAX]; /* NUL-terminated within length */
    } body;
};

#define PACKET_HEADER offsetof(struct packet, body)

/* Fills in magic, version, length and checksum; body is the number of body
 * bytes in use. Returns the length to send. */
size_t packet_seal(struct packet *packet, size_t body);

/* True when the len bytes at *packet are a whole, undamaged packet whose body
 * fits its type. Text bodies are NUL-terminated afterwards. */
bool packet_open(struct packet *packet, size_t len);

uint32_t crc32_of(const void *data, size_t len);

#endif
