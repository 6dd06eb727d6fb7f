/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_VMM_EXEC_ENVIRONMENT_H
#define ORTHUS_VMM_EXEC_ENVIRONMENT_H

#include "error.h"

#include <jansson.h>
#include <sys/types.h>

/* An environment for execve(2). */
struct environment {
    char *text;    /* what was read from the process */
    char **list;   /* ends with NULL; points into @text or to own memory */
    size_t n;
    size_t n_own;  /* so many at the end of @list are to be freed */
};

/*
 * The environment that @pid was started with, changed by @changes: an object
 * whose strings are set and whose nulls are removed.
 */
bool environment_read(pid_t pid, json_t *changes,
                      struct environment *env, struct error *err);
void environment_free(struct environment *env);

/*
 * Check by trusted_find() everything that the dynamic linker would load
 * because of @env. To be called where the new process will live.
 */
bool environment_check(const struct environment *env, struct error *err);

#endif
