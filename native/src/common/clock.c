/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "clock.h"

#include <limits.h>
#include <time.h>

#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S INT64_C(1000000000)

int64_t now_ns(void)
{
    struct timespec ts = { 0 };

    /* Cannot fail with a clock that every kernel has. */
    (void)clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

int64_t deadline_in_ms(int64_t ms)
{
    return now_ns() + ms * NS_PER_MS;
}

int deadline_left_ms(int64_t deadline)
{
    int64_t left = deadline - now_ns();

    if (left <= 0) {
        return 0;
    }
    left = (left + NS_PER_MS - 1) / NS_PER_MS;
    return left > INT_MAX ? INT_MAX : (int)left;
}

void pause_ms(int ms)
{
    struct timespec ts = { .tv_sec = ms / 1000,
                           .tv_nsec = (ms % 1000) * NS_PER_MS };

    (void)nanosleep(&ts, NULL);
}
