/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
/* One VM's way through the window: hand over, commit, or put back. */

#include "clock.h"
#include "commit.h"
#include "handover.h"
#include "rollback.h"
#include "vm.h"

#include <string.h>

#define CONNECT_MS 5000

/* The guest still runs: whatever is wrong here harms nobody. */
static bool find_old(struct vm *vm, struct error *err)
{
    int64_t deadline = deadline_in_ms(CONNECT_MS);
    char state[32];
    bool as_expected;

    if (proc_ended(vm->new_pidfd)) {
        return fail(err, "new", "the new QEMU (pid %d) has ended",
                    (int)vm->spec->new.pid);
    }
    if (!vm_connect_old(vm, deadline, err) ||
        !qmp_run_state(&vm->old, state, sizeof(state), deadline, err)) {
        return false;
    }
    vm_note(vm, T_CONNECTED);
    as_expected = vm->spec->expect_running ? !strcmp(state, "running")
                                           : !strcmp(state, "paused") ||
                                                 !strcmp(state, "prelaunch");
    return as_expected ||
           fail(err, "state", "the guest should be %s and is \"%s\"",
                vm->spec->expect_running ? "running" : "paused", state);
}

void vm_switch(struct vm *vm)
{
    struct error why;
    bool committed;

    if (!find_old(vm, &why)) {
        rollback(vm, &why);
        return;
    }
    /*
     * No more guests stand still at a time than there are cores to work on
     * them: side by side on too few, each would stand still longer.
     */
    while (sem_wait(vm->cores) < 0) {
    }
    committed = (handover(vm, &why) || vm->new.resumed) &&
                commit_resume(vm, &why);
    (void)sem_post(vm->cores);
    if (committed) {
        commit_finish(vm);
    } else {
        rollback(vm, &why);
    }
}

void vm_give_up(struct vm *vm, const struct error *why)
{
    rollback(vm, why);
}
