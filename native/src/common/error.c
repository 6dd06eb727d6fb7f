/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void fill(struct error *err, const char *step, const char *format,
                 va_list ap)
{
    snprintf(err->step, sizeof(err->step), "%s", step);
    vsnprintf(err->message, sizeof(err->message), format, ap);
}

bool fail(struct error *err, const char *step, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    fill(err, step, format, ap);
    va_end(ap);
    return false;
}

bool fail_errno(struct error *err, const char *step, const char *format, ...)
{
    int saved = errno;
    va_list ap;
    size_t len;

    va_start(ap, format);
    fill(err, step, format, ap);
    va_end(ap);
    len = strlen(err->message);
    snprintf(err->message + len, sizeof(err->message) - len, ": %s",
             strerror(saved));
    return false;
}
