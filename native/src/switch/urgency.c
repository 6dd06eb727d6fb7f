/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "urgency.h"

#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * The lowest real-time priority, which any other real-time thread goes before.
 * Round robin: two of them on one core share it. The switch itself is one
 * above, or a QEMU that never sleeps would keep it from keeping its deadline.
 */
#define PRIORITY 1
#define PRIORITY_SELF 2

static const struct sched_param ordinary;

static void hurry_at(pid_t tid, int priority)
{
    const struct sched_param urgent = { .sched_priority = priority };

    if (sched_getscheduler(tid) == SCHED_OTHER) {
        (void)sched_setscheduler(tid, SCHED_RR, &urgent);
    }
}

static void hurry(pid_t tid)
{
    hurry_at(tid, PRIORITY);
}

static void calm(pid_t tid)
{
    struct sched_param now;

    if (sched_getscheduler(tid) == SCHED_RR && !sched_getparam(tid, &now) &&
        now.sched_priority == PRIORITY) {
        (void)sched_setscheduler(tid, SCHED_OTHER, &ordinary);
    }
}

static bool runs_guest(const struct vm_spec *spec, pid_t tid)
{
    for (size_t i = 0; i < spec->n_threads; i++) {
        if (spec->threads[i].old == tid || spec->threads[i].new == tid) {
            return true;
        }
    }
    return false;
}

/* Those that started while the main thread hurried do so, too. */
static void each_thread(const struct vm_spec *spec, pid_t pid,
                        void (*act)(pid_t))
{
    const struct dirent *entry;
    char path[64];
    DIR *tasks;

    snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    tasks = opendir(path);
    while (tasks && (entry = readdir(tasks))) {
        pid_t tid = (pid_t)strtol(entry->d_name, NULL, 10);

        if (tid > 0 && !runs_guest(spec, tid)) {
            act(tid);
        }
    }
    if (tasks) {
        closedir(tasks);
    }
}

void urgency_begin(struct vm *vm)
{
    vm->urgent = sched_getscheduler(vm->spec->old.pid) == SCHED_OTHER;
    if (vm->urgent) {
        each_thread(vm->spec, vm->spec->old.pid, hurry);
        each_thread(vm->spec, vm->spec->new.pid, hurry);
    }
}

void urgency_end(struct vm *vm, pid_t pid)
{
    if (vm->urgent) {
        vm->urgent = false;
        each_thread(vm->spec, pid, calm);
    }
}

void urgency_self(void)
{
    hurry_at(0, PRIORITY_SELF);
}
