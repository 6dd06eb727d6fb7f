/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_VMM_EXEC_TRUSTED_H
#define ORTHUS_VMM_EXEC_TRUSTED_H

#include "error.h"

#include <limits.h>

/*
 * A file that only root can have put where it is: it, and every directory and
 * symbolic link on the way to it, belongs to root and can be written by nobody
 * else.
 */
struct trusted {
    int dir;                 /* the directory that it is really in, O_PATH */
    char name[NAME_MAX + 1]; /* its name there; not a symbolic link */
};

/*
 * Walk to @path, component by component, in the caller's root directory. @path
 * must be absolute; symbolic links are followed by the same rules. The result
 * stays true as long as root does not change it: use it through @dir.
 */
bool trusted_find(const char *path, struct trusted *found, struct error *err);
void trusted_release(struct trusted *found);

#endif
