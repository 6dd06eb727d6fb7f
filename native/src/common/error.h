/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_ERROR_H
#define ORTHUS_ERROR_H

#include <stdbool.h>

/*
 * Why something failed: a short machine-readable step and one sentence for an
 * operator. A function that takes a struct error * fills it exactly when it
 * returns false (or NULL, or -1). Both strings always end with NUL; a message
 * that does not fit is cut. The size is fixed so that failing needs no memory
 * and an error can cross a pipe in one piece.
 */
struct error {
    char step[32];
    char message[1024];
};

/* Fill @err and return false, so that callers can write "return fail(...)". */
bool fail(struct error *err, const char *step, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same, followed by ": " and the text of the current errno. */
bool fail_errno(struct error *err, const char *step, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
