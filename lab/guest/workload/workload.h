/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/*
 * The parts of the workload and what they share.
 *
 * Each duty has a file. Its *_start() begins its threads once, at boot, and
 * prints a line and counts a BAD if that is impossible. Its *_verify(), where
 * there is one, checks everything the duty ever wrote; it runs while all
 * workers are parked at the gate. Its *_corrupt() breaks something on purpose,
 * to prove that the checks are awake.
 */
#ifndef ORTHUS_WORKLOAD_H
#define ORTHUS_WORKLOAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "record.h"
#include "settings.h"

extern struct record *the_record;
extern struct settings the_settings;

static inline void count(enum counter counter, uint64_t n)
{
    __atomic_fetch_add(&the_record->counters[counter], n, __ATOMIC_RELAXED);
}

static inline void set_counter(enum counter counter, uint64_t value)
{
    __atomic_store_n(&the_record->counters[counter], value, __ATOMIC_RELAXED);
}

static inline void count_worst(enum counter counter, uint64_t value)
{
    uint64_t *worst = &the_record->counters[counter];
    uint64_t old = __atomic_load_n(worst, __ATOMIC_RELAXED);

    while (value > old && !__atomic_compare_exchange_n(worst, &old, value, true,
                                                       __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
    }
}

/* Prints a line on the serial console, with the guest's name before it. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Starts a detached thread on cpu, or anywhere when cpu is -1. Ends the
 * workload when the thread cannot be had: half a workload proves nothing. */
void start_thread(void *(*body)(void *), void *argument, int cpu);

/* Number of online vCPUs, at least 1. */
int vcpus(void);

/* An interval of the settings' pace: ns times "light". */
static inline uint64_t paced(uint64_t ns)
{
    return ns * the_settings.light;
}

void heartbeat_start(void);

void memory_start(void);
void memory_verify(void);
void memory_corrupt(void);

bool touched_grow(unsigned mb); /* false: not that much memory */
void touched_dirty(bool on);
void touched_start(void);
void touched_verify(void);
bool touched_corrupt(void); /* false: nothing touched */

void disk_start(void);
void disk_verify(void);
bool disk_corrupt(void); /* false: no disk, or the write failed */

void network_configure(void); /* address and link of eth0 */
void network_start(void);

void timers_start(void);
void fpu_start(void);
void fpu_corrupt(void);
void cd_start(void);
void entropy_start(void);
void agent_start(void);
void button_start(void);
void watchdog_start(void);

/* control.c: takes a command from the host in; returns how it stands now and
 * writes its answer. Called by one thread only. id is unique per session. */
enum result_state control_command(uint64_t session, uint64_t id, const char *command,
                                  char answer[PACKET_TEXT_MAX]);
/* Ends the guest after a moment in which the answer can leave. */
enum ending { END_POWEROFF, END_REBOOT, END_CRASH };
void control_end(enum ending ending);

/* verdict.c: true when good; writes the reasons otherwise. Takes seconds. As many
 * packets as @may_lose may have been lost on their way to the guest: a QEMU that
 * stops takes up to two packets of each queue along; see decision 10. */
bool verdict(uint64_t may_lose, char reasons[PACKET_TEXT_MAX]);

#endif
