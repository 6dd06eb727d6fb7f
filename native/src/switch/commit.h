/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_SWITCH_COMMIT_H
#define ORTHUS_SWITCH_COMMIT_H

#include "vm.h"

/*
 * Let the guest run in the new QEMU, which holds the complete state. True: from
 * now on there is only forward, which is commit_finish(). False: no guest code
 * has run there, and none will; everything can be put back.
 *
 * QEMU emits RESUME before it lets the first vCPU run, so "no RESUME seen"
 * of a process that stands still means that nothing has run.
 */
bool commit_resume(struct vm *vm, struct error *err);

/*
 * The same once more, with more time, for a VM that cannot be put back.
 */
bool commit_insist(struct vm *vm, struct error *err);

/*
 * End the old QEMU and tell libvirt of the new one. What fails here is noted in
 * vm->why, but cannot be undone.
 */
void commit_finish(struct vm *vm);

/* Does the guest, not we, keep the VM in @run_state? Then nothing resumes it. */
bool commit_is_guests_own(const char *run_state);

#endif
