/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "schedule.h"

#include <errno.h>
#include <linux/ioprio.h>
#include <linux/prctl.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STEP "scheduling"
#define MAX_CPUS 8192 /* the largest NR_CPUS of an x86 kernel */

/* The kernel's struct sched_attr, version 0; glibc has it from 2.41 on. */
struct attributes {
    uint32_t size;
    uint32_t sched_policy;
    uint64_t sched_flags;
    int32_t sched_nice;
    uint32_t sched_priority;
    uint64_t sched_runtime;
    uint64_t sched_deadline;
    uint64_t sched_period;
};

static bool follow_affinity(pid_t like, pid_t tid, struct error *err)
{
    unsigned long cpus[MAX_CPUS / (8 * sizeof(unsigned long))] = { 0 };

    if (sched_getaffinity(like, sizeof(cpus), (cpu_set_t *)cpus) < 0 ||
        sched_setaffinity(tid, sizeof(cpus), (const cpu_set_t *)cpus) < 0) {
        return fail_errno(err, STEP, "the CPU affinity of thread %d cannot be "
                          "given to thread %d", (int)like, (int)tid);
    }
    return true;
}

static bool follow_ioprio(pid_t like, pid_t tid, struct error *err)
{
    long priority = syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS, like);

    /*
     * A thread that set none reports what follows from its nice value; setting
     * that would fix it for good, so only a difference is set.
     */
    if (priority < 0 ||
        (priority != syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS, tid) &&
         syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, tid, priority) < 0)) {
        return fail_errno(err, STEP, "the I/O priority of thread %d cannot be "
                          "given to thread %d", (int)like, (int)tid);
    }
    return true;
}

bool schedule_follow(pid_t like, pid_t tid, struct error *err)
{
    struct attributes attributes = { .size = sizeof(attributes) };

    if (syscall(SYS_sched_getattr, like, &attributes, sizeof(attributes), 0) <
            0 ||
        syscall(SYS_sched_setattr, tid, &attributes, 0) < 0) {
        return fail_errno(err, STEP, "the scheduling policy of thread %d "
                          "cannot be given to thread %d", (int)like, (int)tid);
    }
    return follow_affinity(like, tid, err) && follow_ioprio(like, tid, err);
}

static bool pass_cookie(pid_t like, pid_t tid, struct error *err)
{
    if (prctl(PR_SCHED_CORE, PR_SCHED_CORE_SHARE_FROM, like,
              PR_SCHED_CORE_SCOPE_THREAD, 0) < 0) {
        /* EINVAL: not in this kernel. ENODEV: cores have one thread only. */
        return errno == EINVAL || errno == ENODEV ||
               fail_errno(err, STEP, "the core-scheduling cookie of thread %d "
                          "cannot be shared", (int)like);
    }
    return prctl(PR_SCHED_CORE, PR_SCHED_CORE_SHARE_TO, tid,
                 PR_SCHED_CORE_SCOPE_THREAD, 0) == 0 ||
           fail_errno(err, STEP, "the core-scheduling cookie of thread %d "
                      "cannot be given to thread %d", (int)like, (int)tid);
}

struct job {
    pid_t like;
    pid_t tid;
    struct error *err;
    bool ok;
};

static void *run_job(void *opaque)
{
    struct job *job = opaque;

    job->ok = pass_cookie(job->like, job->tid, job->err);
    return NULL;
}

bool schedule_share_core(pid_t like, pid_t tid, struct error *err)
{
    struct job job = { like, tid, err, false };
    pthread_t thread;

    /*
     * Passing a cookie on means to take it first, and it cannot be laid down
     * again: so a thread does it that ends afterwards.
     */
    errno = pthread_create(&thread, NULL, run_job, &job);
    if (errno) {
        return fail_errno(err, STEP, "no thread");
    }
    (void)pthread_join(thread, NULL);
    return job.ok;
}
