/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
/* One VM's way through the window: hand over, commit, or put back. */

#include "clock.h"
#include "commit.h"
#include "handover.h"
#include "rollback.h"
#include "urgency.h"
#include "vm.h"

#include <string.h>

#define CONNECT_MS 5000

/* Is the guest where it was when the switch was prepared? */
static bool is_expected(struct vm *vm, const char *state)
{
    if (!vm->spec->expect_running) {
        return !strcmp(state, "paused") || !strcmp(state, "prelaunch");
    }
    /* QEMU has stopped it by itself, because its copy is nearly done. */
    if (vm->spec->stops_early && (!strcmp(state, "finish-migrate") ||
                                  !strcmp(state, "postmigrate"))) {
        vm->may_have_stopped = true;
        return true;
    }
    return !strcmp(state, "running");
}

static bool find_old(struct vm *vm, struct error *err)
{
    int64_t deadline = deadline_in_ms(CONNECT_MS);
    char state[32];

    if (!vm_connect_old(vm, deadline, err) ||
        !qmp_run_state(&vm->old, state, sizeof(state), deadline, err)) {
        return false;
    }
    vm_note(vm, T_CONNECTED);
    return is_expected(vm, state) ||
           fail(err, "state", "the guest should be %s and is \"%s\"",
                vm->spec->expect_running ? "running" : "paused", state);
}

/* The guest still runs: whatever is wrong here harms nobody. */
static bool find_both(struct vm *vm, struct error *err)
{
    if (proc_ended(vm->new_pidfd)) {
        return fail(err, "new", "the new QEMU (pid %d) has ended",
                    (int)vm->spec->new.pid);
    }
    return find_old(vm, err);
}

void vm_switch(struct vm *vm)
{
    struct error why;
    bool committed;

    /*
     * No more guests stand still at a time than there are cores to work on
     * them: side by side on too few, each would stand still longer.
     */
    while (sem_wait(vm->cores) < 0) {
    }
    urgency_begin(vm);
    committed = find_both(vm, &why) &&
                (handover(vm, &why) || vm->new.resumed) &&
                commit_resume(vm, &why);
    if (!committed && rollback_is_barred(vm)) {
        committed = commit_insist(vm, &why);
    }
    (void)sem_post(vm->cores);
    if (committed) {
        commit_finish(vm);
    } else {
        rollback(vm, &why);
    }
}

void vm_give_up(struct vm *vm, const struct error *why)
{
    struct error ignored;

    /* Finds out, if it can, whether the guest stands still because of us. */
    (void)(vm->spec->stops_early && find_old(vm, &ignored));
    rollback(vm, why);
}
