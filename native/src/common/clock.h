/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_CLOCK_H
#define ORTHUS_CLOCK_H

#include <stdint.h>

/* Nanoseconds of CLOCK_MONOTONIC. Deadlines are points on this clock. */
int64_t now_ns(void);

/* The deadline @ms milliseconds from now. */
int64_t deadline_in_ms(int64_t ms);

/* Milliseconds until @deadline, rounded up, 0 when it has passed: for poll(2). */
int deadline_left_ms(int64_t deadline);

/* Let @ms milliseconds go by; used only to look again at what cannot be polled. */
void pause_ms(int ms);

#endif
