/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_SWITCH_ROLLBACK_H
#define ORTHUS_SWITCH_ROLLBACK_H

#include "vm.h"

/*
 * Put the VM back on the old QEMU because of @why: end the new one, cancel what
 * is left of the migration, let the guest run. Allowed only as long as no
 * guest code has run in the new QEMU. Fills vm->result and vm->why.
 */
void rollback(struct vm *vm, const struct error *why);

#endif
