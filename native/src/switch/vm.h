/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_SWITCH_VM_H
#define ORTHUS_SWITCH_VM_H

#include "error.h"
#include "qmp.h"
#include "spec.h"

#include <semaphore.h>
#include <stdint.h>

/* What became of a VM; higher is worse. */
enum result {
    COMMITTED,   /* it lives in the new QEMU */
    ROLLED_BACK, /* it lives in the old QEMU, as before */
    LOST,        /* it needs somebody to look after it */
};

/* Moments of a switch, in the order in which they come. */
enum moment {
    T_CONNECTED,      /* to the old QEMU */
    T_STARTED,        /* the handing over was asked for */
    T_NEW_COMPLETED,  /* the new QEMU has all state */
    T_OLD_COMPLETED,  /* the old QEMU knows that */
    T_RESUMED,        /* RESUME was seen */
    T_OLD_ENDED,
    T_ADOPTED,        /* the status file is in place */
    T_AFTER,          /* afterNew is done */
    T_ROLLED_BACK,
    MOMENTS
};

/* One VM on its way. It belongs to one thread once the window is open. */
struct vm {
    const struct vm_spec *spec;
    int64_t limit_ms;      /* from T_STARTED to T_RESUMED */
    sem_t *cores;          /* to be held while its guest stands still */
    struct qmp old;
    struct qmp new;
    int old_pidfd;         /* -1: has ended before we came */
    int new_pidfd;
    int lease;             /* writing end; -1: none */
    int64_t deadline;      /* T_STARTED + limit */
    bool urgent;           /* see urgency.h */
    bool passthrough;      /* it drives devices of the host */
    bool may_have_stopped; /* we, not its operator, may have stopped the guest */
    int64_t times[MOMENTS]; /* CLOCK_MONOTONIC; 0: never came to that */
    enum result result;
    struct error why;      /* step and message; empty when all went well */
};

void vm_init(struct vm *vm, const struct vm_spec *spec, int64_t limit_ms,
             sem_t *cores);
void vm_release(struct vm *vm);

/*
 * While libvirtd runs and nothing is at risk: open both processes and the
 * lease, connect to the new QEMU, put its threads in their places.
 */
bool vm_arm(struct vm *vm, struct error *err);

/* For resolving: open those processes that still live; nothing else. */
bool vm_find(struct vm *vm, struct error *err);

/* Connect to the monitor and see that the expected QEMU answers. */
bool vm_connect_old(struct vm *vm, int64_t deadline, struct error *err);
bool vm_connect_new(struct vm *vm, int64_t deadline, struct error *err);

/* Do the vCPU threads that @qmp reports belong to process @pid? */
bool vm_is_process(struct qmp *qmp, pid_t pid, int64_t deadline,
                   struct error *err);

/* Inside the window: switch the VM, or put it back. Fills @result and @why. */
void vm_switch(struct vm *vm);

/* Inside the window, without a switch: roll back because of @why. */
void vm_give_up(struct vm *vm, const struct error *why);

/* Inside the window: after an accident, finish or undo. */
void vm_resolve(struct vm *vm);

void vm_note(struct vm *vm, enum moment moment);

/* Write the outcome file and the line on standard output. */
void vm_report(struct vm *vm);

/* SIGKILL, and wait for the end. True for one that has ended already. */
bool vm_kill(int pidfd);

#endif
