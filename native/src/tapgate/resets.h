/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_TAPGATE_RESETS_H
#define ORTHUS_TAPGATE_RESETS_H

#include "addresses.h"

#include <stdbool.h>
#include <sys/types.h>

/*
 * What of a start of QEMU would reset a PCI device that another QEMU's guest drives.
 *
 * QEMU resets its machine before it runs. With CPR it leaves the devices out that it
 * was handed, but not, up to 11.1, from the reset by their bus that it gives to those
 * which have none by function (vfio_device_reset_handler()): the device is
 * disabled by its command register, reset, and gets new addresses
 * (vfio_pci_pre_reset(), vfio_pci_post_reset()). The reset and the registers are told
 * apart here; who calls knows whether the guest runs elsewhere.
 *
 * Any thread may call these; errno is left alone.
 */

/* Would ioctl(@fd, @request) reset a PCI device? */
bool resets_device(int fd, unsigned long request, device_call *call);

/*
 * Would writing at @offset of @fd set a register in the configuration space of a PCI
 * device? That of the ROM's address does not count: QEMU learns the ROM's size by
 * writing there, and VFIO keeps what is written from the device.
 */
bool sets_register(int fd, off_t offset, device_call *call);

#endif
