/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_PROC_H
#define ORTHUS_PROC_H

#include "error.h"

#include <stdint.h>
#include <sys/types.h>

/* A process, named so that a recycled pid is never taken for it. */
struct process {
    pid_t pid;
    unsigned long long starttime; /* clock ticks since boot, field 22 of stat */
};

/* Start time of @pid. False: there is no such process; errno is set. */
bool proc_starttime(pid_t pid, unsigned long long *starttime);

/*
 * Open a pidfd on exactly @process. Returns -1 when it has ended, is a zombie,
 * or when the pid belongs to another process by now; @what names it in the
 * message ("the old QEMU").
 */
int proc_open(const struct process *process, const char *what,
              const char *step, struct error *err);

/* True when the process behind @pidfd has ended (it may still be a zombie). */
bool proc_ended(int pidfd);

/* Wait until it has ended. False when @deadline came first. */
bool proc_wait_ended(int pidfd, int64_t deadline);

/*
 * SIGSTOP it and wait until every one of its threads stands still.
 * False when @deadline came first or it ended; it is not continued then.
 */
bool proc_freeze(int pidfd, pid_t pid, int64_t deadline);

/* pidfd_send_signal(2) and pidfd_getfd(2), which glibc 2.36 has but not 2.35. */
int proc_signal(int pidfd, int signal);
int proc_getfd(int pidfd, int fd);

/* True when thread @tid belongs to process @pid. */
bool proc_has_thread(pid_t pid, pid_t tid);

#endif
