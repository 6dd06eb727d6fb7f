// tests: src/switch/qmp.c
/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "../../src/switch/qmp.h"

#include "clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those above. */
#include <cmocka.h>

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct qmp qmp;
static int peer;
static struct error err;

static int connect_pair(void **state)
{
    int ends[2];

    (void)state;
    qmp_init(&qmp, "QEMU");
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0) {
        return -1;
    }
    qmp.fd = ends[0];
    peer = ends[1];
    return 0;
}

static int close_pair(void **state)
{
    (void)state;
    qmp_close(&qmp);
    return close(peer);
}

static void say(const char *text)
{
    assert_int_equal(write(peer, text, strlen(text)), strlen(text));
}

static void test_events_in_pieces(void **state)
{
    (void)state;
    say("{\"event\": \"STOP\", \"timestamp\": {\"seconds\": 3, ");
    assert_true(qmp_receive(&qmp, &err));
    assert_int_equal(qmp.stop_ns, 0);
    say("\"microseconds\": 7}}\r\n{\"event\": \"RESUME\"}\n{\"event\"");
    assert_true(qmp_receive(&qmp, &err));
    assert_int_equal(qmp.stop_ns, 3000007000);
    assert_true(qmp.resumed);
    say(": \"MIGRATION\", \"data\": {\"status\": \"active\"}}\n");
    assert_true(qmp_receive(&qmp, &err));
    assert_string_equal(qmp.migration, "active");
}

static void test_last_words_count(void **state)
{
    (void)state;
    say("{\"event\": \"RESUME\"}\n");
    assert_int_equal(shutdown(peer, SHUT_WR), 0);
    assert_false(qmp_receive(&qmp, &err));
    assert_true(qmp.resumed);
}

static void test_not_qmp(void **state)
{
    (void)state;
    say("hello\n");
    assert_false(qmp_receive(&qmp, &err));
}

static void test_secret_is_not_repeated(void **state)
{
    json_t *command = json_loads(
        "{\"execute\": \"set_password\", \"arguments\": {\"deep\": "
        "[{\"password\": \"abc\"}]}}", 0, NULL);

    (void)state;
    say("{\"id\": 1, \"error\": {\"desc\": \"bad: abc\"}}\n");
    assert_null(qmp_execute(&qmp, command, deadline_in_ms(10000), &err));
    assert_null(strstr(err.message, "abc"));
    assert_non_null(strstr(err.message, "set_password"));
    say("{\"id\": 2, \"error\": {\"desc\": \"no display\"}}\n");
    assert_null(qmp_execute(&qmp, command, deadline_in_ms(10000), &err));
    assert_non_null(strstr(err.message, "no display"));
    json_decref(command);
}

static void test_answers_of_others_are_not_ours(void **state)
{
    (void)state;
    say("{\"id\": 9, \"return\": {}}\n{\"id\": \"migration\", \"return\": "
        "{\"status\": \"completed\"}}\n");
    assert_false(qmp_run(&qmp, "stop", deadline_in_ms(0), &err));
    assert_non_null(strstr(err.message, "in time"));
    assert_string_equal(qmp.migration, "completed");
    say("{\"id\": 1, \"return\": {}}\n{\"id\": 2, \"return\": {}}\n");
    assert_true(qmp_run(&qmp, "stop", deadline_in_ms(10000), &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_events_in_pieces, connect_pair,
                                        close_pair),
        cmocka_unit_test_setup_teardown(test_last_words_count, connect_pair,
                                        close_pair),
        cmocka_unit_test_setup_teardown(test_not_qmp, connect_pair,
                                        close_pair),
        cmocka_unit_test_setup_teardown(test_secret_is_not_repeated,
                                        connect_pair, close_pair),
        cmocka_unit_test_setup_teardown(test_answers_of_others_are_not_ours,
                                        connect_pair, close_pair),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
