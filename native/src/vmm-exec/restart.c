/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "restart.h"

#include "io.h"
#include "lockfile.h"
#include "proc.h"

#include <sys/file.h>

#define STEP "libvirtd"

int restart_forbid(const struct spec *spec, struct error *err)
{
    int fd = lockfile_take(spec->uncommitted, LOCK_SH, STEP,
                           "libvirtd may be starting", err);
    int daemon;

    if (fd < 0) {
        return -1;
    }
    daemon = proc_open(&spec->daemon, "libvirtd", STEP, err);
    if (daemon < 0) {
        close_fd(&fd);
    }
    close_fd(&daemon);
    return fd;
}
