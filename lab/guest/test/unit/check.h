/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
#ifndef ORTHUS_CHECK_H
#define ORTHUS_CHECK_H

#include <stdbool.h>

/* Counts the check; prints what and where when it fails. */
void check(bool good, const char *what, const char *file, int line);
#define CHECK(what) check(what, #what, __FILE__, __LINE__)

void test_record(void);
void test_sequence(void);
void test_pattern(void);
void test_settings(void);
void test_agent(void);
void test_gate(void);
void test_guest(void);
void test_json(void);

#endif
