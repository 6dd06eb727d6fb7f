// tests: src/switch/status.c
/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "../../src/switch/status.h"

#include "io.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those above. */
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD "<!-- libvirt -->\n"

static char dir[] = "/tmp/orthus-unit-XXXXXX";
static char live[64], base[64], next[64];
static struct error err;

static void put(const char *path, const char *text)
{
    assert_true(replace_file(path, text, strlen(text), 0600));
}

static int make_dir(void **state)
{
    (void)state;
    if (!mkdtemp(dir)) {
        return -1;
    }
    snprintf(live, sizeof(live), "%s/vm.xml", dir);
    snprintf(base, sizeof(base), "%s/base", dir);
    snprintf(next, sizeof(next), "%s/next", dir);
    return 0;
}

static int remove_dir(void **state)
{
    (void)state;
    (void)unlink(live);
    (void)unlink(base);
    (void)unlink(next);
    return rmdir(dir);
}

static bool unchanged(const char *is, const char *was)
{
    put(live, is);
    put(base, was);
    return status_unchanged(live, base, &err);
}

static void test_unchanged(void **state)
{
    (void)state;
    assert_true(unchanged(HEAD "<domstatus state='running' reason='booted' "
                          "pid='7'>\n</domstatus>",
                          HEAD "<domstatus state='paused' reason='user' "
                          "pid='7'>\n</domstatus>"));
    assert_false(unchanged("<domstatus state='running' reason='booted' "
                           "pid='7'>", "<domstatus state='running' "
                           "reason='booted' pid='8'>"));
    /* Only those attributes, and only in that tag. */
    assert_false(unchanged("<domstatus state='running' reason='a' pid='7'>"
                           "<x state='a'/>",
                           "<domstatus state='running' reason='a' pid='7'>"
                           "<x state='b'/>"));
    assert_false(unchanged("<domstatus pid='7'> state='a'",
                           "<domstatus pid='7'> state='b'"));
    assert_false(unchanged("", ""));
    assert_false(unchanged("<domstatus state='", "<domstatus state='x"));
    assert_false(unchanged("<domain/>", "<domain/>"));
}

static void test_missing_files(void **state)
{
    (void)state;
    put(live, "<domstatus pid='7'>");
    (void)unlink(base);
    assert_false(status_unchanged(live, base, &err));
    assert_non_null(strstr(err.message, base));
    assert_false(status_unchanged(base, live, &err));
    assert_false(status_no_jobs("/nonexistent", &err));
}

static bool no_job_in(const char *text)
{
    put(live, text);
    return status_no_jobs(dir, &err);
}

static void test_jobs(void **state)
{
    (void)state;
    assert_true(no_job_in("<domstatus pid='7'>\n  <domain type='kvm'>"));
    assert_true(no_job_in("<domstatus pid='7'><job type='none' async='none'/>"
                          "<domain type='kvm'>"));
    assert_true(no_job_in("<domstatus pid='7'>\n  <domain type='kvm'>"
                          "<job type='modify' async='save'/>"));
    assert_true(no_job_in("something else"));
    assert_false(no_job_in("<domstatus pid='7'><job type='none' "
                           "async='backup'/><domain type='kvm'>"));
    assert_non_null(strstr(err.message, "backup"));
    assert_false(no_job_in("<domstatus pid='7'><job type='modify' "
                           "async='none'/><domain type='kvm'>"));
    assert_false(no_job_in("<domstatus pid='7'><job async="));
}

static void test_adopt(void **state)
{
    char *text;

    (void)state;
    put(live, "<domstatus pid='7'>");
    put(next, "<domstatus pid='8'>");
    assert_true(status_adopt(live, next, 8, &err));
    text = read_file(AT_FDCWD, live, 100, NULL);
    assert_string_equal(text, "<domstatus pid='8'>");
    free(text);
    /* Done already; but not if it speaks of another process. */
    assert_true(status_adopt(live, next, 8, &err));
    assert_false(status_adopt(live, next, 9, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unchanged),
        cmocka_unit_test(test_missing_files),
        cmocka_unit_test(test_jobs),
        cmocka_unit_test(test_adopt),
    };

    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
