/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_SWITCH_PASSTHROUGH_H
#define ORTHUS_SWITCH_PASSTHROUGH_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Does process @pid drive devices of the host, by VFIO? A process that cannot
 * be looked at does not.
 */
bool passthrough_is_used(pid_t pid);

/* The descriptors of @fd_dir, such as /proc/PID/fd, that are open on @target. */
typedef void passthrough_visit(int fd, void *opaque);
void passthrough_each(const char *fd_dir, const char *target,
                      passthrough_visit *visit, void *opaque);

#endif
