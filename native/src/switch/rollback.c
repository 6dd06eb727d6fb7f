/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "rollback.h"

#include "clock.h"
#include "commit.h"
#include "urgency.h"

#include <stdio.h>
#include <string.h>

#define STEP "rollback"
#define ROLLBACK_MS 10000
#define AGAIN_MS 5

/* States of a migration that migrate_cancel ends. */
static bool is_under_way(const char *status)
{
    static const char *const states[] = {
        "setup", "active", "device", "pre-switchover", "wait-unplug",
        "postcopy-active", "postcopy-paused", "postcopy-recover",
    };

    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        if (!strcmp(status, states[i])) {
            return true;
        }
    }
    return false;
}

static bool query_migration(struct vm *vm, char *status, size_t size,
                            int64_t deadline, struct error *err)
{
    json_t *command = json_pack("{s:s}", "execute", "query-migrate");
    json_t *result =
        command ? qmp_execute(&vm->old, command, deadline, err) : NULL;
    const char *text = json_string_value(json_object_get(result, "status"));

    if (!command) {
        fail(err, STEP, "no memory for query-migrate");
    }
    /* None at all: there has never been a migration. */
    snprintf(status, size, "%s", text ? text : "none");
    json_decref(command);
    json_decref(result);
    return result != NULL;
}

static bool end_migration(struct vm *vm, int64_t deadline, struct error *err)
{
    bool cancelled = false;
    char status[32];

    while (query_migration(vm, status, sizeof(status), deadline, err)) {
        struct error ignored;

        if (is_under_way(status)) {
            /* Refused if it ended by itself just now: the next look tells. */
            cancelled = cancelled ||
                        qmp_run(&vm->old, "migrate_cancel", deadline,
                                &ignored);
        } else if (strcmp(status, "cancelling") && strcmp(status, "failing")) {
            return true;
        }
        if (deadline_left_ms(deadline) == 0) {
            return fail(err, STEP, "the migration of the old QEMU did not end, "
                        "it is \"%s\"", status);
        }
        pause_ms(AGAIN_MS);
    }
    return false;
}

/* Until it runs: the images may stay locked a moment longer than their user. */
static bool resume(struct vm *vm, int64_t deadline, struct error *err)
{
    struct error last = { .message = "it gave no reason" };
    bool again = false;
    char state[32];

    while (qmp_run_state(&vm->old, state, sizeof(state), deadline, err)) {
        if (!strcmp(state, "running") || commit_is_guests_own(state)) {
            return true;
        }
        if (deadline_left_ms(deadline) == 0) {
            return fail(err, STEP, "the guest stays \"%s\": %.800s", state,
                        last.message);
        }
        if (again) {
            pause_ms(AGAIN_MS);
        }
        again = true;
        (void)qmp_run(&vm->old, "cont", deadline, &last);
    }
    return false;
}

static bool reconnect(struct vm *vm, int64_t deadline, struct error *err)
{
    struct error unspoken;

    return (vm->old.fd >= 0 && qmp_receive(&vm->old, &unspoken)) ||
           vm_connect_old(vm, deadline, err);
}

/* Add @more to what is known already. */
static void also(struct vm *vm, const char *text, const struct error *more)
{
    size_t len = strlen(vm->why.message);

    snprintf(vm->why.message + len, sizeof(vm->why.message) - len, "; %s: %s",
             text, more->message);
}

static bool put_back(struct vm *vm, int64_t deadline, struct error *err)
{
    struct error undo;

    if (!reconnect(vm, deadline, err) || !end_migration(vm, deadline, err)) {
        return false;
    }
    /* A setting that stays changed is a nuisance, a stopped guest is worse. */
    if (!qmp_run_all(&vm->old, vm->spec->rollback_old, deadline, &undo)) {
        also(vm, "rollbackOld failed", &undo);
    }
    /* A guest that somebody else has stopped stays so. */
    return !vm->spec->expect_running || !vm->may_have_stopped ||
           resume(vm, deadline, err);
}

bool rollback_is_barred(const struct vm *vm)
{
    return vm->passthrough && vm->times[T_OLD_COMPLETED];
}

void rollback(struct vm *vm, const struct error *why)
{
    int64_t deadline = deadline_in_ms(ROLLBACK_MS);
    struct error err;

    vm->why = *why;
    if (vm->old_pidfd < 0 || proc_ended(vm->old_pidfd)) {
        vm->result = LOST;
        fail(&err, STEP, "the old QEMU (pid %d) has ended",
             (int)vm->spec->old.pid);
        also(vm, "nothing to go back to", &err);
        /* A new one that has all state is all that is left of the guest. */
        if (!vm->times[T_NEW_COMPLETED]) {
            (void)vm_kill(vm->new_pidfd);
        }
        return;
    }
    if (rollback_is_barred(vm)) {
        /* The new one, if it lives, has the guest: nobody ends it. */
        vm->result = LOST;
        fail(&err, STEP, "the old QEMU (pid %d) has closed its KVM when it "
             "handed its devices over", (int)vm->spec->old.pid);
        also(vm, "nothing to go back to", &err);
        return;
    }
    (void)vm_kill(vm->new_pidfd);
    if (put_back(vm, deadline, &err)) {
        vm->result = ROLLED_BACK;
        vm_note(vm, T_ROLLED_BACK);
    } else {
        vm->result = LOST;
        also(vm, "going back failed", &err);
    }
    urgency_end(vm, vm->spec->old.pid);
}
