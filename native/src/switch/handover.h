/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_SWITCH_HANDOVER_H
#define ORTHUS_SWITCH_HANDOVER_H

#include "vm.h"

/*
 * From a running old QEMU to a new one that holds the complete state and has
 * not run yet, or to one that cannot get there. Sets vm->deadline.
 */
bool handover(struct vm *vm, struct error *err);

#endif
