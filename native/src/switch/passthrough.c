/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "passthrough.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEVICE "anon_inode:[vfio-device]"

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

static void note(int fd, void *opaque)
{
    (void)fd;
    *(bool *)opaque = true;
}

bool passthrough_is_used(pid_t pid)
{
    bool used = false;
    char path[32];

    snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
    passthrough_each(path, DEVICE, note, &used);
    return used;
}
