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

/*
 * Before a QEMU takes its devices back: its containers know guest RAM by the
 * virtual addresses in the other QEMU by now, and the kernel lets them be set
 * only after they were unset. QEMU does that before it hands over, but not
 * before it takes back; the kernel refuses, and QEMU aborts. DMA goes on, it
 * needs none of these addresses.
 *
 * To be called while the other QEMU stands still, when this one, @pid behind
 * @pidfd, has unset its own addresses; if nobody has set others since then,
 * nothing is changed. (If the other one stands still while it is setting them,
 * some are set: then nothing is changed either, and QEMU aborts.)
 */
void passthrough_forget_addresses(pid_t pid, int pidfd);

/* The descriptors of @fd_dir, such as /proc/PID/fd, that are open on @target. */
typedef void passthrough_visit(int fd, void *opaque);
void passthrough_each(const char *fd_dir, const char *target,
                      passthrough_visit *visit, void *opaque);

#endif
