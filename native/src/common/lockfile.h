/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_LOCKFILE_H
#define ORTHUS_LOCKFILE_H

#include "error.h"

/*
 * Lock files that a libvirtd which starts passes by, each held by it for an
 * instant only: whoever else holds one longer is another of us.
 */

/*
 * Open @path, made if it is not there, and lock it: @operation is LOCK_SH or
 * LOCK_EX of flock(2). The lock lives as long as the descriptor that is
 * returned. After five seconds, -1, and the message of step @step ends with
 * @why.
 */
int lockfile_take(const char *path, int operation, const char *step,
                  const char *why, struct error *err);

#endif
