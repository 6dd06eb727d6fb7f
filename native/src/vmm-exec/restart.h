/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_VMM_EXEC_RESTART_H
#define ORTHUS_VMM_EXEC_RESTART_H

#include "error.h"
#include "spec.h"

/*
 * A libvirtd that starts must not meet a QEMU that is not committed: it would
 * reach it at the monitor's socket, which both QEMUs share, take it for the VM,
 * and end the VM when that one ends. So a libvirtd that has ended does not come
 * back before the new QEMU is either committed or gone.
 */

/*
 * Have the start of libvirtd wait for as long as the descriptor is open. -1 if
 * that cannot be, or if the libvirtd that is connected to the old QEMU has
 * ended: the next one may have passed the lock already and not yet come to the
 * monitors.
 */
int restart_forbid(const struct spec *spec, struct error *err);

#endif
