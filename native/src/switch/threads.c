/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "threads.h"

#include "cgroup.h"
#include "proc.h"
#include "schedule.h"

#include <stdio.h>

#define STEP "threads"

static bool follow(const struct vm_spec *spec, const struct thread_pair *pair,
                   struct error *err)
{
    char like[64], subject[64];

    if (!proc_has_thread(spec->old.pid, pair->old) ||
        !proc_has_thread(spec->new.pid, pair->new)) {
        return fail(err, STEP, "thread %d is not one of pid %d, or thread %d "
                    "not one of pid %d", (int)pair->old, (int)spec->old.pid,
                    (int)pair->new, (int)spec->new.pid);
    }
    snprintf(like, sizeof(like), "/proc/%d/task/%d", (int)spec->old.pid,
             (int)pair->old);
    snprintf(subject, sizeof(subject), "/proc/%d/task/%d", (int)spec->new.pid,
             (int)pair->new);
    return cgroup_follow(like, subject, pair->new, true, err) &&
           schedule_follow(pair->old, pair->new, err) &&
           schedule_share_core(pair->old, pair->new, err);
}

bool threads_follow(const struct vm_spec *spec, struct error *err)
{
    for (size_t i = 0; i < spec->n_threads; i++) {
        if (!follow(spec, &spec->threads[i], err)) {
            return false;
        }
    }
    return true;
}
