/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_VMM_EXEC_FDS_H
#define ORTHUS_VMM_EXEC_FDS_H

#include "spec.h"

/*
 * The descriptors of the new process. Two steps, because those of the old
 * process are taken from outside and others opened inside its namespaces.
 */
struct fds {
    int *held; /* taken ones, then opened ones; numbers above every target */
    size_t n;
};

/* Take spec->taken from the process behind @pidfd. */
bool fds_take(const struct spec *spec, int pidfd, struct fds *fds,
              struct error *err);

/* Open spec->opened for reading and writing. */
bool fds_open(const struct spec *spec, struct fds *fds, struct error *err);

/*
 * Put them at their numbers, without close-on-exec, and mark everything else
 * close-on-exec.
 */
bool fds_place(const struct spec *spec, const struct fds *fds,
               struct error *err);

#endif
