/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_TAPGATE_ADDRESSES_H
#define ORTHUS_TAPGATE_ADDRESSES_H

#include <linux/vfio.h>

/*
 * Where guest RAM is in this process, told to the IOMMU not before the guest
 * runs here.
 *
 * A VFIO container (type 1) knows guest RAM by its virtual addresses in one
 * process. With CPR the old QEMU unsets them when it hands over, and the new one
 * sets its own while it loads. If the new one then fails, the old one sets its
 * own again, the kernel refuses to set what is set (vfio_dma_do_map()), and the
 * old QEMU aborts: the VM is lost. So what the new one says is held back. The
 * kernel does not miss it: DMA to what is pinned goes on, and only devices
 * without an IOMMU of their own, which are refused, need the addresses
 * (vfio_iommu_type1_pin_pages()).
 *
 * Of a VM that is paused nothing is set, and its QEMU may hand it on again: what
 * it unsets then is what is held.
 *
 * All of these may be called by any thread.
 */

/* Like ioctl(): the real one, or a test's. */
typedef int device_call(int fd, unsigned long request, const void *argument);

/*
 * VFIO_IOMMU_MAP_DMA on @fd. Other calls on VFIO's descriptors have the same
 * number (VFIO_DEVICE_PCI_HOT_RESET); their flags are not VFIO_DMA_MAP_FLAG_VADDR.
 */
int addresses_map(int fd, const struct vfio_iommu_type1_dma_map *map,
                  device_call *call);

/*
 * VFIO_IOMMU_UNMAP_DMA on @fd. Other calls have the same number; a descriptor of
 * which nothing is held is not looked at.
 */
int addresses_unmap(int fd, const struct vfio_iommu_type1_dma_unmap *unmap,
                    device_call *call);

/*
 * A vCPU is about to run: all that is held is set, and nothing is held any more
 * from now on. What cannot be set is told on stderr, which is QEMU's log: the
 * guest and its DMA are none the worse, but the next graft will be refused.
 */
void addresses_set(device_call *call);

#endif
