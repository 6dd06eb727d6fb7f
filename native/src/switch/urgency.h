/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_SWITCH_URGENCY_H
#define ORTHUS_SWITCH_URGENCY_H

#include "vm.h"

/*
 * While a VM is switched, what both QEMUs and we do for it goes before everything
 * that has no real-time priority: on a busy host most of a pause is waiting for
 * a core. A nice level would not do: it counts only inside a control group or a
 * session, and each QEMU has its own. A kindness only: nothing depends on it,
 * and nothing is said if it is not permitted.
 *
 * The threads that run the guest are left as they are. So is a QEMU whose
 * operator chose a scheduling policy for it.
 */
void urgency_begin(struct vm *vm);

/* It is through, and lives in process @pid: make its threads like others again. */
void urgency_end(struct vm *vm, pid_t pid);

/* The same for the calling thread, for as long as it lives. */
void urgency_self(void);

#endif
