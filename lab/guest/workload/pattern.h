/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/* Memory contents that can be told from any others. */
#ifndef ORTHUS_PATTERN_H
#define ORTHUS_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PATTERN_PAGE 4096
#define PATTERN_WORDS (PATTERN_PAGE / sizeof(uint64_t))

/* Another seed for each pair (place, generation). */
static inline uint64_t pattern_seed(uint64_t place, uint64_t generation)
{
    return (place + 1) * 0x9e3779b97f4a7c15ull ^ (generation + 1) * 0xc2b2ae3d27d4eb4full;
}

/* Words first … PATTERN_WORDS - 1 of the page. */
void pattern_fill(uint64_t *page, uint64_t seed, size_t first);
bool pattern_check(const uint64_t *page, uint64_t seed, size_t first);

#endif
