/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "commit.h"

#include "clock.h"
#include "io.h"
#include "status.h"
#include "urgency.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define STEP "cont"
#define FREEZE_MS 1000
#define AFTER_MS 5000
#define INSIST_MS 10000
#define ENDING_MS 1000

bool commit_is_guests_own(const char *run_state)
{
    static const char *const states[] = {
        "guest-panicked", "internal-error", "io-error", "shutdown",
        "suspended", "watchdog",
    };

    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        if (!strcmp(run_state, states[i])) {
            return true;
        }
    }
    return false;
}

static void keep(struct vm *vm)
{
    /*
     * If nobody reads it any more there is nobody who could kill the new QEMU,
     * and that is all that is wanted.
     */
    if (vm->lease >= 0) {
        (void)!write(vm->lease, "K", 1);
    }
}

/*
 * `cont` was sent and nothing came back: hold the new QEMU still, and look
 * whether it had begun. If it had, it goes on.
 */
static bool had_begun(struct vm *vm, struct error *err)
{
    struct error ignored;

    if (!proc_freeze(vm->new_pidfd, vm->spec->new.pid,
                     deadline_in_ms(FREEZE_MS))) {
        /* It ended, or cannot even be stopped: then it must end, and then the
         * socket holds all that it ever said. */
        (void)vm_kill(vm->new_pidfd);
    }
    (void)qmp_receive(&vm->new, &ignored);
    if (vm->new.resumed) {
        (void)proc_signal(vm->new_pidfd, SIGCONT);
        return true;
    }
    return fail(err, STEP, "the new QEMU did not resume the guest within %d ms",
                (int)vm->limit_ms);
}

static bool await_resume(struct vm *vm, struct error *err)
{
    for (;;) {
        struct pollfd fd = { .fd = vm->new.fd, .events = POLLIN };
        bool open = qmp_receive(&vm->new, err);
        int left = deadline_left_ms(vm->deadline);
        char state[32];

        if (vm->new.resumed) {
            return true;
        }
        if (!open) {
            return false;
        }
        switch (qmp_answered(&vm->new, "cont", err)) {
        case -1:
            return false;
        case 1:
            /* Without RESUME that means that it had been running. */
            if (qmp_run_state(&vm->new, state, sizeof(state), vm->deadline,
                              err) &&
                !strcmp(state, "running")) {
                return true;
            }
            return vm->new.resumed || had_begun(vm, err);
        default:
            break;
        }
        if (left == 0 || (poll(&fd, 1, left) < 0 && errno != EINTR)) {
            return had_begun(vm, err);
        }
    }
}

bool commit_resume(struct vm *vm, struct error *err)
{
    char state[32];

    if (!qmp_run_state(&vm->new, state, sizeof(state), vm->deadline, err)) {
        return vm->new.resumed;
    }
    if (vm->new.resumed || !strcmp(state, "running")) {
        keep(vm);
        vm_note(vm, T_RESUMED);
        return true;
    }
    if (!strcmp(state, "inmigrate")) {
        return fail(err, STEP, "the new QEMU still waits for state");
    }
    keep(vm);
    if (!vm->spec->expect_running || commit_is_guests_own(state)) {
        return true; /* the end of the old QEMU is the commit point then */
    }
    if (!qmp_start(&vm->new, "cont", vm->deadline, err) ||
        !await_resume(vm, err)) {
        return false;
    }
    vm_note(vm, T_RESUMED);
    return true;
}

bool commit_insist(struct vm *vm, struct error *err)
{
    (void)proc_signal(vm->new_pidfd, SIGCONT); /* see had_begun() */
    vm->deadline = deadline_in_ms(INSIST_MS);
    return commit_resume(vm, err);
}

/* Note what went wrong on the way forward; the first counts. */
static void complain(struct vm *vm, const struct error *err)
{
    if (!vm->why.step[0]) {
        vm->why = *err;
    }
}

static bool write_pidfile(const struct vm *vm, struct error *err)
{
    char text[16];
    int len = snprintf(text, sizeof(text), "%d", (int)vm->spec->new.pid);

    return replace_file(vm->spec->pidfile, text, (size_t)len, 0644) ||
           fail_errno(err, "adopt", "%s cannot be written", vm->spec->pidfile);
}

/* Each of them on its own: one that fails does not keep the others back. */
static void run_after(struct vm *vm)
{
    int64_t deadline = deadline_in_ms(AFTER_MS);
    json_t *command;
    size_t i;

    json_array_foreach(vm->spec->after_new, i, command) {
        struct error err;
        json_t *result = qmp_execute(&vm->new, command, deadline, &err);

        if (!result) {
            snprintf(err.step, sizeof(err.step), "afterNew");
            complain(vm, &err);
        }
        json_decref(result);
    }
}

/*
 * A guest that QEMU stopped before we came: its STOP went to libvirtd. QEMU
 * tells how long it has been stopped when its migration completed.
 */
static void note_early_stop(struct vm *vm)
{
    int64_t deadline = deadline_in_ms(AFTER_MS);
    json_t *command, *result;
    struct error ignored;

    if (!vm->spec->stops_early || vm->old.stop_ns || !vm->new.resume_ns) {
        return;
    }
    command = json_pack("{s:s}", "execute", "query-migrate");
    result = command ? qmp_execute(&vm->old, command, deadline, &ignored)
                     : NULL;
    if (result && json_is_integer(json_object_get(result, "downtime"))) {
        int64_t downtime_ms =
            json_integer_value(json_object_get(result, "downtime"));

        vm->old.stop_ns = vm->new.resume_ns -
                          (vm->times[T_RESUMED] - vm->times[T_OLD_COMPLETED]) -
                          downtime_ms * 1000000;
    }
    json_decref(command);
    json_decref(result);
}

/* A process that ends closes its monitor a moment before it has ended. */
static bool new_has_ended(struct vm *vm)
{
    struct error ignored;

    return qmp_receive(&vm->new, &ignored)
               ? proc_ended(vm->new_pidfd)
               : proc_wait_ended(vm->new_pidfd, deadline_in_ms(ENDING_MS));
}

void commit_finish(struct vm *vm)
{
    struct error err;

    urgency_end(vm, vm->spec->new.pid);
    note_early_stop(vm);

    if (!vm_kill(vm->old_pidfd)) {
        fail(&err, "old", "the old QEMU (pid %d) has not ended yet after "
             "SIGKILL", (int)vm->spec->old.pid);
        complain(vm, &err);
    }
    vm_note(vm, T_OLD_ENDED);
    if (!status_adopt(vm->spec->status_live, vm->spec->status_next,
                      vm->spec->new.pid, &err)) {
        complain(vm, &err);
    }
    if (!write_pidfile(vm, &err)) {
        complain(vm, &err);
    }
    vm_note(vm, T_ADOPTED);
    run_after(vm);
    vm_note(vm, T_AFTER);
    vm->result = COMMITTED;
    if (new_has_ended(vm)) {
        vm->result = LOST;
        fail(&vm->why, "new", "the new QEMU (pid %d) ended after the guest had "
             "been handed to it", (int)vm->spec->new.pid);
    }
}
