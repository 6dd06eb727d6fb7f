/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
#include "check.h"
#include "sequence.h"

static struct sequence taken(const uint64_t *numbers, int n)
{
    struct sequence sequence = { 0 };

    for (int i = 0; i < n; i++) {
        sequence_take(&sequence, numbers[i]);
    }
    return sequence;
}
#define TAKEN(...)                                                             \
    taken((const uint64_t[]){ __VA_ARGS__ },                                   \
          (int)(sizeof((const uint64_t[]){ __VA_ARGS__ }) / sizeof(uint64_t)))

static bool is(struct sequence sequence, uint64_t lost, uint64_t duplicated, uint64_t reordered)
{
    return sequence_lost(&sequence) == lost && sequence.duplicated == duplicated &&
           sequence.reordered == reordered;
}

static void long_runs(void)
{
    struct sequence sequence = { 0 };

    for (uint64_t n = 5; n < 100000; n++) {
        if (n % 1000 != 7) {
            sequence_take(&sequence, n);
        }
    }
    CHECK(is(sequence, 100, 0, 0));
    sequence_take(&sequence, 99007); /* late, but still known to be missing */
    CHECK(is(sequence, 99, 0, 1));
    sequence_take(&sequence, 99007);
    CHECK(is(sequence, 99, 1, 1));
    sequence_take(&sequence, 7); /* so late that nobody knows */
    CHECK(is(sequence, 99, 1, 2));
}

void test_sequence(void)
{
    struct sequence none = { 0 };

    CHECK(sequence_lost(&none) == 0);
    CHECK(is(TAKEN(100), 0, 0, 0));
    CHECK(is(TAKEN(1, 2, 3), 0, 0, 0));
    CHECK(is(TAKEN(1, 2, 4), 1, 0, 0));
    CHECK(is(TAKEN(1, 2, 4, 3), 0, 0, 1));
    CHECK(is(TAKEN(1, 2, 2, 3), 0, 1, 0));
    CHECK(is(TAKEN(10, 9, 11), 0, 0, 0)); /* 9 is from before the start */
    CHECK(is(TAKEN(1, 1 + SEQUENCE_WINDOW), SEQUENCE_WINDOW - 1, 0, 0));
    CHECK(is(TAKEN(1, 1000000, 1000001), 999998, 0, 0));
    long_runs();
}
