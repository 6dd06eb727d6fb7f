/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_VMM_EXEC_NAMESPACES_H
#define ORTHUS_VMM_EXEC_NAMESPACES_H

#include "error.h"

#include <stddef.h>
#include <sys/types.h>

#define NAMESPACES_MAX 8

/* Where another process lives, as far as we do not live there too. */
struct namespaces {
    struct {
        const char *name;
        int flag;
        int fd;
    } entry[NAMESPACES_MAX]; /* in the order in which they are entered */
    size_t n;
    int root;                /* O_PATH descriptors of its root and */
    int cwd;                 /* working directory */
};

/*
 * Open what is to be entered. A user, pid or time namespace other than ours is
 * refused: libvirt gives QEMU none.
 */
bool namespaces_open(pid_t pid, struct namespaces *ns, struct error *err);
void namespaces_close(struct namespaces *ns);

/* Enter them, then take on root and working directory. */
bool namespaces_enter(const struct namespaces *ns, struct error *err);

#endif
