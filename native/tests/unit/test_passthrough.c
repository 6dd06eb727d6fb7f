// tests: src/switch/passthrough.c
/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "../../src/switch/passthrough.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those above. */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define DEVICE "anon_inode:[vfio-device]"

static char dir[] = "/tmp/orthus-unit-XXXXXX";
static const char *const links[][2] = {
    { "3", "socket:[4711]" },        { "5", DEVICE },
    { "12", DEVICE "0" },            { "13", "x" DEVICE },
    { "14", "/dev/vfio/vfio" },      { "103", DEVICE },
};

static int make_links(void **state)
{
    char path[64];

    (void)state;
    if (!mkdtemp(dir)) {
        return -1;
    }
    for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", dir, links[i][0]);
        if (symlink(links[i][1], path) != 0) {
            return -1;
        }
    }
    return 0;
}

static int remove_links(void **state)
{
    char path[64];

    (void)state;
    for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", dir, links[i][0]);
        (void)unlink(path);
    }
    return rmdir(dir);
}

static void add(int fd, void *opaque)
{
    *(int *)opaque += fd;
}

static void finds_what_is_open_on_exactly_that(void **state)
{
    int sum = 0;

    (void)state;
    passthrough_each(dir, DEVICE, add, &sum);
    assert_int_equal(sum, 5 + 103);
}

static void a_process_that_is_gone_has_none(void **state)
{
    int sum = 0;

    (void)state;
    passthrough_each("/proc/0/fd", DEVICE, add, &sum);
    assert_int_equal(sum, 0);
}

static void a_process_without_devices_has_none(void **state)
{
    (void)state;
    assert_false(passthrough_is_used(getpid()));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_is_open_on_exactly_that),
        cmocka_unit_test(a_process_that_is_gone_has_none),
        cmocka_unit_test(a_process_without_devices_has_none),
    };

    return cmocka_run_group_tests(tests, make_links, remove_links);
}
