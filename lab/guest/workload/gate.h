/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/*
 * The gate at which workers stand still while everything is verified.
 *
 * A worker is a thread that changes or checks something. It joins once and
 * then sleeps only by gate_sleep(), in states in which all it wrote may be
 * checked by somebody else. All functions are thread-safe.
 */
#ifndef ORTHUS_GATE_H
#define ORTHUS_GATE_H

#include <stdbool.h>
#include <stdint.h>

struct gate_worker {
    char name[24];
    bool parked;
    struct gate_worker *next;
};

/* The worker must live as long as the program. */
void gate_join(struct gate_worker *worker, const char *name);

/* Sleeps ns nanoseconds (0: not at all) and stands still as long as the gate
 * is closed. */
void gate_sleep(struct gate_worker *worker, uint64_t ns);

/* Closes the gate and waits until all workers stand. After timeout_ns returns
 * the name of one that does not; NULL when all stand. */
const char *gate_close(uint64_t timeout_ns);

void gate_open(void);

#endif
