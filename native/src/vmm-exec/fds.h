/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_VMM_EXEC_FDS_H
#define ORTHUS_VMM_EXEC_FDS_H

#include "spec.h"

/* Descriptor @fd, above every target, waits to be placed at @target. */
struct fd_held {
    int fd;
    int target;
};

/*
 * The descriptors of the new process. Three steps: some are opened where the
 * host's devices are, before the new process lives in control groups that may
 * not know them; those of the old process are taken from outside, and others
 * opened inside its namespaces.
 */
struct fds {
    struct fd_held *held;
    size_t n;
};

/*
 * Open spec->opened_on_host for reading and writing. What is there is closed by
 * fds_close() in either case.
 */
bool fds_open_on_host(const struct spec *spec, struct fds *fds,
                      struct error *err);
void fds_close(struct fds *fds);

/* Take spec->taken from the process behind @pidfd. */
bool fds_take(const struct spec *spec, int pidfd, struct fds *fds,
              struct error *err);

/* Open spec->opened for reading and writing. */
bool fds_open(const struct spec *spec, struct fds *fds, struct error *err);

/*
 * Put them at their numbers, without close-on-exec, and mark everything else
 * close-on-exec.
 */
bool fds_place(const struct fds *fds, struct error *err);

#endif
