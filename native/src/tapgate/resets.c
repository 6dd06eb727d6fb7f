/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "resets.h"

#include <errno.h>
#include <linux/pci_regs.h>

/* No other file knows the request: it answers ENOTTY or EINVAL. */
static bool is_pci_device(int fd, device_call *call)
{
    struct vfio_device_info info = { .argsz = sizeof(info) };

    return call(fd, VFIO_DEVICE_GET_INFO, &info) == 0 &&
           (info.flags & VFIO_DEVICE_FLAGS_PCI);
}

/* Its containers know the number of a hot reset by another name. */
bool resets_device(int fd, unsigned long request, device_call *call)
{
    const int saved = errno;
    const bool resets = (request == VFIO_DEVICE_RESET ||
                         request == VFIO_DEVICE_PCI_HOT_RESET) &&
                        is_pci_device(fd, call);

    errno = saved;
    return resets;
}

bool sets_register(int fd, off_t offset, device_call *call)
{
    const int saved = errno;
    struct vfio_region_info config = {
        .argsz = sizeof(config), .index = VFIO_PCI_CONFIG_REGION_INDEX,
    };
    const bool is_config =
        is_pci_device(fd, call) &&
        call(fd, VFIO_DEVICE_GET_REGION_INFO, &config) == 0 &&
        (__u64)offset >= config.offset &&
        (__u64)offset - config.offset < config.size;

    errno = saved;
    return is_config && (__u64)offset - config.offset != PCI_ROM_ADDRESS;
}
