/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
#include "pattern.h"

/* Depends on the word's place, so that shifted contents are noticed too. */
static inline uint64_t word_of(uint64_t seed, size_t i)
{
    uint64_t word = seed + i * 0xbf58476d1ce4e5b9ull;

    return word ^ word >> 31;
}

void pattern_fill(uint64_t *page, uint64_t seed, size_t first)
{
    for (size_t i = first; i < PATTERN_WORDS; i++) {
        page[i] = word_of(seed, i);
    }
}

bool pattern_check(const uint64_t *page, uint64_t seed, size_t first)
{
    uint64_t difference = 0;

    for (size_t i = first; i < PATTERN_WORDS; i++) {
        difference |= page[i] ^ word_of(seed, i);
    }
    return difference == 0;
}
