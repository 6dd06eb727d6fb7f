/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_SCHEDULE_H
#define ORTHUS_SCHEDULE_H

#include "error.h"

#include <sys/types.h>

/*
 * Give thread @tid the policy, priority, nice value, CPU affinity and I/O
 * priority of thread @like.
 */
bool schedule_follow(pid_t like, pid_t tid, struct error *err);

/*
 * Give thread @tid the core-scheduling cookie of thread @like. Does nothing where
 * the kernel or the processor has no core scheduling.
 */
bool schedule_share_core(pid_t like, pid_t tid, struct error *err);

#endif
