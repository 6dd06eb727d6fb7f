/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
/*
 * After an accident: which of two QEMUs must live? The one in which the guest
 * has run last. As long as the new one has not run, that is the old one; but a
 * new one that holds the complete state while the old one stands still is right
 * in either case, and so it is preferred.
 */

#include "clock.h"
#include "commit.h"
#include "rollback.h"
#include "vm.h"

#include <string.h>

#define STEP "resolve"
#define CONNECT_MS 5000
#define RESUME_MS 5000

static void swap(struct vm *vm)
{
    struct qmp other = vm->old;

    vm->old = vm->new;
    vm->new = other;
    vm->old.who = "the old QEMU";
    vm->new.who = "the new QEMU";
}

/*
 * Both listen on one socket, and either may take a connection; then it takes no
 * second one. So the first connection reaches one, and the next the other.
 */
static bool connect_both(struct vm *vm, struct error *err)
{
    int64_t deadline = deadline_in_ms(CONNECT_MS);
    struct error not_old;

    if (!qmp_connect(&vm->old, vm->spec->monitor, deadline, err)) {
        return false;
    }
    if (vm_is_process(&vm->old, vm->spec->old.pid, deadline, &not_old)) {
        return vm_connect_new(vm, deadline, err);
    }
    swap(vm);
    return vm_is_process(&vm->new, vm->spec->new.pid, deadline, err) &&
           vm_connect_old(vm, deadline, err);
}

/* Has guest code run in the new QEMU, or may it run there? */
static bool new_is_right(struct vm *vm, bool old_lives, struct error *err)
{
    int64_t deadline = deadline_in_ms(CONNECT_MS);
    char new_state[32], old_state[32];

    if (!qmp_run_state(&vm->new, new_state, sizeof(new_state), deadline,
                       err)) {
        return false;
    }
    if (!strcmp(new_state, "inmigrate")) {
        return fail(err, STEP, "the new QEMU still waits for state");
    }
    vm_note(vm, T_NEW_COMPLETED);
    if (!strcmp(new_state, "running") || !old_lives) {
        return true;
    }
    if (!qmp_run_state(&vm->old, old_state, sizeof(old_state), deadline,
                       err)) {
        return false;
    }
    return !strcmp(old_state, "postmigrate") ||
           fail(err, STEP, "the new QEMU is \"%s\" and never ran, the old one "
                "is \"%s\"", new_state, old_state);
}

void vm_resolve(struct vm *vm)
{
    bool old_lives = vm->old_pidfd >= 0;
    bool new_lives = vm->new_pidfd >= 0;
    struct error why;
    bool connected;

    vm->may_have_stopped = true;
    if (!new_lives) {
        fail(&why, STEP, "the new QEMU (pid %d) has ended",
             (int)vm->spec->new.pid);
        rollback(vm, &why);
        return;
    }
    connected = old_lives ? connect_both(vm, &why)
                          : vm_connect_new(vm, deadline_in_ms(CONNECT_MS),
                                           &why);
    vm->deadline = deadline_in_ms(RESUME_MS);
    if (!connected) {
        /* Nobody is killed in the dark. */
        vm->result = LOST;
        vm->why = why;
    } else if (new_is_right(vm, old_lives, &why) && commit_resume(vm, &why)) {
        commit_finish(vm);
    } else {
        rollback(vm, &why);
    }
}
