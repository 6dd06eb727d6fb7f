/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_CGROUP_H
#define ORTHUS_CGROUP_H

#include "error.h"

#include <sys/types.h>

/*
 * Put a task into the control groups of another one, in every hierarchy (v1,
 * hybrid or unified) in which they differ. @like and @subject name the tasks'
 * directories in /proc ("/proc/4711", "/proc/4711/task/4712"). With @thread
 * only the thread @tid moves, else its whole process does.
 *
 * The mount points are looked up in the caller's mount namespace, so this has
 * to be done before another one is entered.
 */
bool cgroup_follow(const char *like, const char *subject, pid_t tid,
                   bool thread, struct error *err);

#endif
