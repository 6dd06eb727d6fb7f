/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "passthrough.h"

#include "io.h"
#include "proc.h"

#include <dirent.h>
#include <limits.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DEVICE "anon_inode:[vfio-device]"
#define CONTAINER "/dev/vfio/vfio"

void passthrough_each(const char *fd_dir, const char *target,
                      passthrough_visit *visit, void *opaque)
{
    DIR *dir = opendir(fd_dir);
    const struct dirent *entry;

    while (dir && (entry = readdir(dir))) {
        char link[PATH_MAX];
        ssize_t len = readlinkat(dirfd(dir), entry->d_name, link,
                                 sizeof(link));

        if (len == (ssize_t)strlen(target) &&
            !memcmp(link, target, (size_t)len)) {
            visit(atoi(entry->d_name), opaque);
        }
    }
    if (dir) {
        closedir(dir);
    }
}

static void fd_dir_of(pid_t pid, char path[32])
{
    snprintf(path, 32, "/proc/%d/fd", (int)pid);
}

static void note(int fd, void *opaque)
{
    (void)fd;
    *(bool *)opaque = true;
}

bool passthrough_is_used(pid_t pid)
{
    bool used = false;
    char path[32];

    fd_dir_of(pid, path);
    passthrough_each(path, DEVICE, note, &used);
    return used;
}

static void forget(int number, void *opaque)
{
    struct vfio_iommu_type1_dma_unmap all = {
        .argsz = sizeof(all),
        .flags = VFIO_DMA_UNMAP_FLAG_VADDR | VFIO_DMA_UNMAP_FLAG_ALL,
    };
    int fd = proc_getfd(*(const int *)opaque, number);

    if (fd >= 0) {
        /* EINVAL: they are unset. All else QEMU finds and tells itself. */
        (void)ioctl(fd, VFIO_IOMMU_UNMAP_DMA, &all);
        close_fd(&fd);
    }
}

void passthrough_forget_addresses(pid_t pid, int pidfd)
{
    char path[32];

    fd_dir_of(pid, path);
    passthrough_each(path, CONTAINER, forget, &pidfd);
}
