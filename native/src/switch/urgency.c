/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "urgency.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define URGENT (-20)

/* setpriority(2) on Linux is about a single thread, whatever POSIX says. */
static void set_nice(pid_t tid, int nice)
{
    (void)setpriority(PRIO_PROCESS, (id_t)tid, nice);
}

void urgency_begin(struct vm *vm)
{
    errno = 0;
    vm->nice = getpriority(PRIO_PROCESS, (id_t)vm->spec->old.pid);
    if (errno) {
        vm->nice = 0;
    }
    vm->urgent = true;
    set_nice(gettid(), URGENT);
    set_nice(vm->spec->old.pid, URGENT);
    set_nice(vm->spec->new.pid, URGENT);
}

void urgency_end(struct vm *vm, pid_t pid)
{
    const struct dirent *entry;
    char path[64];
    DIR *tasks;

    if (!vm->urgent) {
        return;
    }
    vm->urgent = false;
    set_nice(gettid(), 0);
    snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    tasks = opendir(path);
    while (tasks && (entry = readdir(tasks))) {
        pid_t tid = (pid_t)strtol(entry->d_name, NULL, 10);

        if (tid > 0 && getpriority(PRIO_PROCESS, (id_t)tid) == URGENT) {
            set_nice(tid, vm->nice);
        }
    }
    if (tasks) {
        closedir(tasks);
    }
}
