/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_VMM_EXEC_CHILD_H
#define ORTHUS_VMM_EXEC_CHILD_H

#include "clothes.h"
#include "fds.h"
#include "spec.h"

#include <stdnoreturn.h>

/*
 * The whole life of the child between fork(2) and execve(2). @pidfd is the
 * process to be like; @fds has what was opened on the host. It waits for a byte
 * on @proceed, with which the parent says that control groups and scheduling are
 * in order. What goes wrong is written to @report as a struct error; after a
 * good execve(2) its other end sees end of file, for it is close-on-exec.
 */
noreturn void child_run(const struct spec *spec, const struct clothes *clothes,
                        int pidfd, struct fds *fds, int proceed, int report);

#endif
