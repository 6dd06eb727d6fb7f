/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/*
 * Heartbeat: wakes every 2 ms and measures, by the guest's own clocks, how long
 * it was away and whether its clocks still agree with each other. A machine
 * that stands still with its clocks standing too is not noticed here but by the
 * host, which misses packets meanwhile.
 */
#include "clock.h"
#include "workload.h"

#define PERIOD_NS (2 * NS_PER_MS)
/* CLOCK_REALTIME is slewed by nobody in this guest; reading two clocks one
 * after the other takes a while, though, when the vCPU loses its core between
 * them. So the offset is read three times and the tightest reading counts. */
#define READINGS 3

static int64_t offset_to_monotonic(clockid_t clock)
{
    uint64_t tightest = UINT64_MAX;
    int64_t offset = 0;

    for (int i = 0; i < READINGS; i++) {
        uint64_t before = monotonic_ns();
        uint64_t there = clock_ns(clock);
        uint64_t after = monotonic_ns();

        if (after - before < tightest) {
            tightest = after - before;
            offset = (int64_t)(there - before - tightest / 2);
        }
    }
    return offset;
}

static void watch_clock(clockid_t clock, int64_t *offset, enum counter step)
{
    int64_t now = offset_to_monotonic(clock);

    count_worst(step, (uint64_t)(now > *offset ? now - *offset : *offset - now));
    *offset = now;
}

static void *heartbeat(void *unused)
{
    int64_t boottime = offset_to_monotonic(CLOCK_BOOTTIME);
    int64_t realtime = offset_to_monotonic(CLOCK_REALTIME);
    uint64_t last = monotonic_ns();
    uint64_t next = last;

    (void)unused;
    for (unsigned beat = 0;; beat++) {
        struct timespec until;
        uint64_t now;

        next += paced(PERIOD_NS);
        until = timespec_of(next);
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
        now = monotonic_ns();
        if (now < last) {
            count(C_clock_backward, 1);
        } else {
            count_worst(C_gap_max_ns, now - last);
        }
        last = now;
        if (next < now) {
            next = now; /* missed beats are gone */
        }
        count(C_heartbeats, 1);
        if (beat % 64 == 0) {
            watch_clock(CLOCK_BOOTTIME, &boottime, C_boottime_step_max_ns);
            watch_clock(CLOCK_REALTIME, &realtime, C_realtime_step_max_ns);
        }
    }
    return NULL;
}

void heartbeat_start(void)
{
    start_thread(heartbeat, NULL, -1);
}
