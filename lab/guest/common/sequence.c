/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
#include "sequence.h"

#include <string.h>

static bool test_and_set(struct sequence *sequence, uint64_t number)
{
    uint64_t *word = &sequence->seen[number % SEQUENCE_WINDOW / 64];
    uint64_t bit = 1ull << number % 64;
    bool was = (*word & bit) != 0;

    *word |= bit;
    return was;
}

static void forget(struct sequence *sequence, uint64_t number)
{
    sequence->seen[number % SEQUENCE_WINDOW / 64] &= ~(1ull << number % 64);
}

/* Moves the window up to number; what falls out of it is no longer known. */
static void advance(struct sequence *sequence, uint64_t number)
{
    if (number - sequence->highest >= SEQUENCE_WINDOW) {
        memset(sequence->seen, 0, sizeof(sequence->seen));
    } else {
        for (uint64_t n = sequence->highest + 1; n <= number; n++) {
            forget(sequence, n);
        }
    }
    sequence->highest = number;
}

void sequence_take(struct sequence *sequence, uint64_t number)
{
    if (!sequence->started) {
        memset(sequence, 0, sizeof(*sequence));
        sequence->started = true;
        sequence->first = sequence->highest = number;
        sequence->received = 1;
        test_and_set(sequence, number);
        return;
    }
    if (number < sequence->first) {
        return;
    }
    if (number > sequence->highest) {
        advance(sequence, number);
        test_and_set(sequence, number);
        sequence->received++;
        return;
    }
    /* Too late to be known: it may be a duplicate, so it stays counted as lost. */
    if (sequence->highest - number >= SEQUENCE_WINDOW) {
        sequence->reordered++;
        return;
    }
    if (test_and_set(sequence, number)) {
        sequence->duplicated++;
    } else {
        sequence->reordered++;
        sequence->received++;
    }
}

uint64_t sequence_lost(const struct sequence *sequence)
{
    return sequence->started ? sequence->highest - sequence->first + 1 - sequence->received : 0;
}
