/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "vm.h"

#include "clock.h"
#include "io.h"
#include "passthrough.h"
#include "threads.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONNECT_MS 5000
#define KILL_MS 5000

static const char *const moment_names[MOMENTS] = {
    [T_CONNECTED] = "connected",
    [T_STARTED] = "started",
    [T_NEW_COMPLETED] = "newCompleted",
    [T_OLD_COMPLETED] = "oldCompleted",
    [T_RESUMED] = "resumed",
    [T_OLD_ENDED] = "oldEnded",
    [T_ADOPTED] = "adopted",
    [T_AFTER] = "after",
    [T_ROLLED_BACK] = "rolledBack",
};

static const char *const result_names[] = {
    [COMMITTED] = "committed",
    [ROLLED_BACK] = "rolled-back",
    [LOST] = "lost",
};

void vm_init(struct vm *vm, const struct vm_spec *spec, int64_t limit_ms,
             sem_t *cores)
{
    memset(vm, 0, sizeof(*vm));
    vm->spec = spec;
    vm->limit_ms = limit_ms;
    vm->cores = cores;
    vm->old_pidfd = vm->new_pidfd = vm->lease = -1;
    qmp_init(&vm->old, "the old QEMU");
    qmp_init(&vm->new, "the new QEMU");
}

void vm_release(struct vm *vm)
{
    qmp_close(&vm->old);
    qmp_close(&vm->new);
    close_fd(&vm->old_pidfd);
    close_fd(&vm->new_pidfd);
    close_fd(&vm->lease);
}

void vm_note(struct vm *vm, enum moment moment)
{
    if (!vm->times[moment]) {
        vm->times[moment] = now_ns();
    }
}

bool vm_kill(int pidfd)
{
    if (pidfd < 0) {
        return true;
    }
    (void)proc_signal(pidfd, SIGKILL); /* fails only if it has ended */
    return proc_wait_ended(pidfd, deadline_in_ms(KILL_MS));
}

bool vm_is_process(struct qmp *qmp, pid_t pid, int64_t deadline,
                   struct error *err)
{
    json_t *command = json_pack("{s:s}", "execute", "query-cpus-fast");
    json_t *cpus = command ? qmp_execute(qmp, command, deadline, err) : NULL;
    json_t *cpu;
    size_t i;
    bool same = json_array_size(cpus) > 0;

    json_array_foreach(cpus, i, cpu) {
        json_int_t tid =
            json_integer_value(json_object_get(cpu, "thread-id"));

        same = same && tid > 0 && proc_has_thread(pid, (pid_t)tid);
    }
    if (!command) {
        fail(err, "monitor", "no memory for query-cpus-fast");
    } else if (cpus && !same) {
        fail(err, "identity", "who answers on the monitor is not %s (pid %d)",
             qmp->who, (int)pid);
    }
    json_decref(command);
    json_decref(cpus);
    return same;
}

static bool connect_to(struct qmp *qmp, const char *path, pid_t pid,
                       int64_t deadline, struct error *err)
{
    if (qmp_connect(qmp, path, deadline, err) &&
        vm_is_process(qmp, pid, deadline, err)) {
        return true;
    }
    qmp_close(qmp); /* nothing must be said to the wrong one later on */
    return false;
}

bool vm_connect_old(struct vm *vm, int64_t deadline, struct error *err)
{
    return connect_to(&vm->old, vm->spec->monitor, vm->spec->old.pid, deadline,
                      err);
}

bool vm_connect_new(struct vm *vm, int64_t deadline, struct error *err)
{
    return connect_to(&vm->new, vm->spec->monitor, vm->spec->new.pid, deadline,
                      err);
}

static bool open_lease(struct vm *vm, struct error *err)
{
    struct stat st;

    vm->lease = open(vm->spec->lease,
                     O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
    if (vm->lease < 0 && errno == ENXIO) {
        return fail(err, "lease", "nobody reads %s: the starter of the new "
                    "QEMU is gone", vm->spec->lease);
    }
    if (vm->lease < 0 || fstat(vm->lease, &st) < 0) {
        return fail_errno(err, "lease", "%s cannot be opened",
                          vm->spec->lease);
    }
    return S_ISFIFO(st.st_mode) ||
           fail(err, "lease", "%s is no FIFO", vm->spec->lease);
}

bool vm_arm(struct vm *vm, struct error *err)
{
    vm->old_pidfd = proc_open(&vm->spec->old, "the old QEMU", "arm", err);
    if (vm->old_pidfd < 0) {
        return false;
    }
    vm->passthrough = passthrough_is_used(vm->spec->old.pid);
    vm->new_pidfd = proc_open(&vm->spec->new, "the new QEMU", "arm", err);
    return vm->new_pidfd >= 0 && open_lease(vm, err) &&
           vm_connect_new(vm, deadline_in_ms(CONNECT_MS), err) &&
           threads_follow(vm->spec, err);
}

bool vm_find(struct vm *vm, struct error *err)
{
    vm->old_pidfd = proc_open(&vm->spec->old, "the old QEMU", "resolve", err);
    vm->new_pidfd = proc_open(&vm->spec->new, "the new QEMU", "resolve", err);
    vm->passthrough = vm->old_pidfd >= 0 &&
                      passthrough_is_used(vm->spec->old.pid);
    return true; /* to find neither is an answer, too */
}

static json_t *times_of(const struct vm *vm)
{
    json_t *times = json_object();

    for (int i = 0; i < MOMENTS; i++) {
        if (vm->times[i] && times) {
            json_object_set_new(times, moment_names[i],
                                json_integer(vm->times[i]));
        }
    }
    return times;
}

static void write_outcome(const struct vm *vm, const json_t *line)
{
    char *text = line ? json_dumps(line, JSON_COMPACT) : NULL;

    if (!text ||
        !replace_file(vm->spec->outcome, text, strlen(text), 0600)) {
        fprintf(stderr, "orthus-switch: VM %s: %s cannot be written: %s\n",
                vm->spec->name, vm->spec->outcome, strerror(errno));
    }
    free(text);
}

void vm_report(struct vm *vm)
{
    json_t *line = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:o}", "event", "vm", "uuid",
        vm->spec->uuid, "result", result_names[vm->result], "step",
        vm->why.step, "message", vm->why.message, "stopNs",
        (json_int_t)vm->old.stop_ns, "resumeNs",
        (json_int_t)(vm->result == COMMITTED ? vm->new.resume_ns
                                             : vm->old.resume_ns),
        "times", times_of(vm));

    write_outcome(vm, line);
    emit(line);
}
