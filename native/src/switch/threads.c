/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "threads.h"

#include "cgroup.h"
#include "proc.h"
#include "schedule.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

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

struct job {
    const struct vm_spec *spec;
    struct error *err;
    bool ok;
};

static void *follow_all(void *opaque)
{
    struct job *job = opaque;

    job->ok = true;
    for (size_t i = 0; i < job->spec->n_threads && job->ok; i++) {
        job->ok = follow(job->spec, &job->spec->threads[i], job->err);
    }
    return NULL;
}

bool threads_follow(const struct vm_spec *spec, struct error *err)
{
    struct job job = { .spec = spec, .err = err };
    pthread_t thread;

    if (spec->n_threads == 0) {
        return true;
    }
    /*
     * Passing a core-scheduling cookie on means to take it first, and it cannot
     * be laid down again: so a thread does it that ends afterwards.
     */
    errno = pthread_create(&thread, NULL, follow_all, &job);
    if (errno) {
        return fail_errno(err, STEP, "no thread");
    }
    (void)pthread_join(thread, NULL);
    return job.ok;
}
