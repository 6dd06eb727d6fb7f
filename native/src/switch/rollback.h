/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_SWITCH_ROLLBACK_H
#define ORTHUS_SWITCH_ROLLBACK_H

#include "vm.h"

/*
 * Is there no old QEMU to go back to? One that has handed devices over closes
 * its KVM when its migration is completed, so that the new one can have their
 * interrupts; it cannot run the guest any more (QEMU 10.1 and later,
 * vfio_cpr_kvm_close_notifier() in hw/vfio/cpr.c).
 */
bool rollback_is_barred(const struct vm *vm);

/*
 * Put the VM back on the old QEMU because of @why: end the new one, cancel what
 * is left of the migration, let the guest run. Allowed only as long as no
 * guest code has run in the new QEMU. Fills vm->result and vm->why.
 */
void rollback(struct vm *vm, const struct error *why);

#endif
