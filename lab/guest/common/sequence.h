/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/* Sequence numbers as they arrive: which are missing, double or late? */
#ifndef ORTHUS_SEQUENCE_H
#define ORTHUS_SEQUENCE_H

#include <stdbool.h>
#include <stdint.h>

#define SEQUENCE_WINDOW 4096 /* how late a number may come and still be known */

struct sequence {
    bool started;
    uint64_t first, highest;
    uint64_t received;   /* different numbers since first */
    uint64_t duplicated;
    uint64_t reordered;  /* came after a higher number */
    uint64_t seen[SEQUENCE_WINDOW / 64];
};

/* Takes one number in. Counting starts with the first number ever taken; a
 * number from before it is ignored. Not thread-safe. */
void sequence_take(struct sequence *sequence, uint64_t number);

/* Numbers between the first and the highest that have not arrived (yet). */
uint64_t sequence_lost(const struct sequence *sequence);

#endif
