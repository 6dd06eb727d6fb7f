/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
#include "check.h"

#include <stdio.h>

static int passed, failed;

void check(bool good, const char *what, const char *file, int line)
{
    if (good) {
        passed++;
    } else {
        failed++;
        printf("%s:%d: not true: %s\n", file, line, what);
    }
}

int main(void)
{
    test_record();
    test_sequence();
    test_pattern();
    test_settings();
    test_agent();
    test_gate();
    test_guest();
    test_json();
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
