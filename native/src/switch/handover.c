/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "handover.h"

#include "clock.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#define STEP "migrate"
#define ENDING_MS 200
#define ASK_AGAIN_MS 10 /* for a QEMU that was not told to send events */

static bool is_failure(const char *status)
{
    return !strcmp(status, "failed") || !strcmp(status, "cancelled") ||
           !strcmp(status, "cancelling");
}

static bool is_complete(const char *status)
{
    return !strcmp(status, "completed");
}

/*
 * One look at both. *@done is set when the new QEMU has everything and the old
 * one knows it. If the old one is gone nothing can be put back any more, and
 * what counts is only whether the new one is complete.
 */
static bool look(struct vm *vm, bool *done, struct error *err)
{
    struct error old_err = { .step = "" };
    bool old_speaks = qmp_receive(&vm->old, &old_err);
    /* A process that ends closes its monitor a moment before it has ended. */
    bool old_lives = !proc_wait_ended(
        vm->old_pidfd, old_speaks ? 0 : deadline_in_ms(ENDING_MS));

    *done = false;
    if (!qmp_receive(&vm->new, err)) {
        return false;
    }
    if (proc_ended(vm->new_pidfd)) {
        return fail(err, STEP, "the new QEMU (pid %d) has ended",
                    (int)vm->spec->new.pid);
    }
    if (is_failure(vm->new.migration)) {
        return fail(err, STEP, "the new QEMU did not take the state: "
                    "its migration %s", vm->new.migration);
    }
    if (is_complete(vm->new.migration)) {
        vm_note(vm, T_NEW_COMPLETED);
    }
    if (is_complete(vm->old.migration)) {
        vm_note(vm, T_OLD_COMPLETED);
    } else if (is_failure(vm->old.migration)) {
        return fail(err, STEP, "the old QEMU did not hand the state over: its "
                    "migration %s", vm->old.migration);
    } else if (!old_speaks && old_lives) {
        *err = old_err;
        return false;
    }
    *done = vm->new.resumed ||
            (vm->times[T_NEW_COMPLETED] &&
             (vm->times[T_OLD_COMPLETED] || !old_lives));
    return true;
}

static bool ask(struct vm *vm, struct error *err)
{
    return (vm->times[T_NEW_COMPLETED] ||
            qmp_ask_migration(&vm->new, vm->deadline, err)) &&
           (vm->times[T_OLD_COMPLETED] || proc_ended(vm->old_pidfd) ||
            qmp_ask_migration(&vm->old, vm->deadline, err));
}

static bool wait_completed(struct vm *vm, struct error *err)
{
    bool done;

    while (look(vm, &done, err)) {
        struct pollfd fds[] = {
            { .fd = vm->new.fd, .events = POLLIN },
            { .fd = proc_ended(vm->old_pidfd) ? -1 : vm->old.fd,
              .events = POLLIN },
            { .fd = vm->new_pidfd, .events = POLLIN },
        };
        int left = deadline_left_ms(vm->deadline);
        int n;

        if (done) {
            return true;
        }
        if (left == 0) {
            return fail(err, STEP, "not through within %d ms: the migration of "
                        "the old QEMU is \"%s\", that of the new \"%s\"",
                        (int)vm->limit_ms, vm->old.migration,
                        vm->new.migration);
        }
        n = poll(fds, 3, left < ASK_AGAIN_MS ? left : ASK_AGAIN_MS);
        if (n < 0 && errno != EINTR) {
            return fail_errno(err, STEP, "waiting for both QEMUs");
        }
        if (n == 0 && !ask(vm, err)) {
            return false;
        }
    }
    return false;
}

bool handover(struct vm *vm, struct error *err)
{
    vm->deadline = deadline_in_ms(vm->limit_ms);
    vm->may_have_stopped = true;
    vm_note(vm, T_STARTED);
    /* What was heard before is past: a new QEMU may look back on anything. */
    vm->new.migration[0] = vm->old.migration[0] = '\0';
    return qmp_run_all(&vm->new, vm->spec->start_new, vm->deadline, err) &&
           qmp_run_all(&vm->old, vm->spec->start_old, vm->deadline, err) &&
           wait_completed(vm, err);
}
