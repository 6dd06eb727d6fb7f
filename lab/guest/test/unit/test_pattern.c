/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
#include <string.h>

#include "check.h"
#include "pattern.h"

void test_pattern(void)
{
    uint64_t page[PATTERN_WORDS];
    int unnoticed = 0;

    pattern_fill(page, pattern_seed(3, 1), 0);
    CHECK(pattern_check(page, pattern_seed(3, 1), 0));
    CHECK(!pattern_check(page, pattern_seed(3, 2), 0));
    CHECK(!pattern_check(page, pattern_seed(4, 1), 0));
    for (size_t i = 0; i < PATTERN_WORDS; i++) {
        page[i] ^= 1ull << i % 64;
        unnoticed += pattern_check(page, pattern_seed(3, 1), 0);
        page[i] ^= 1ull << i % 64;
    }
    CHECK(unnoticed == 0);
    page[0] = 0;
    CHECK(pattern_check(page, pattern_seed(3, 1), 1));
    memset(page, 0, sizeof(page));
    CHECK(!pattern_check(page, pattern_seed(0, 0), 0));
}
