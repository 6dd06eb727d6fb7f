/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_SWITCH_URGENCY_H
#define ORTHUS_SWITCH_URGENCY_H

#include "vm.h"

/*
 * While a guest stands still, what both QEMUs and this thread do for it goes
 * before everything else that has no real-time priority: on a busy host most of
 * a pause is waiting for a core. A kindness only: nothing depends on it, and
 * nothing is said if it is not permitted.
 *
 * The threads that save and load state are the main threads, and threads that
 * they start meanwhile and that inherit from them.
 */
void urgency_begin(struct vm *vm);

/* The guest runs, in process @pid: make its threads like others again. */
void urgency_end(struct vm *vm, pid_t pid);

#endif
