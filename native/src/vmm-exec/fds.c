/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "fds.h"

#include "io.h"
#include "proc.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STEP "descriptors"

/*
 * Keep @fd above every target, so that placing one descriptor never closes
 * another that waits for its turn. @fd itself is closed.
 */
static bool hold(const struct spec *spec, struct fds *fds, int fd, int target,
                 struct error *err)
{
    int high = fcntl(fd, F_DUPFD_CLOEXEC, spec->last_target + 1);

    close_fd(&fd);
    if (high < 0) {
        return fail_errno(err, STEP, "no room for descriptor %d", target);
    }
    fds->held[fds->n++] = (struct fd_held){ high, target };
    return true;
}

/* Our own limit must not be in the way of the numbers that are asked for. */
static void raise_own_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static bool open_all(const struct spec *spec, const struct fd_opened *files,
                     size_t n, struct fds *fds, struct error *err)
{
    for (size_t i = 0; i < n; i++) {
        int fd = open(files[i].path,
                      O_RDWR | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);

        if (fd < 0) {
            return fail_errno(err, STEP, "%s cannot be opened", files[i].path);
        }
        if (!hold(spec, fds, fd, files[i].target, err)) {
            return false;
        }
    }
    return true;
}

bool fds_open_on_host(const struct spec *spec, struct fds *fds,
                      struct error *err)
{
    fds->n = 0;
    fds->held = calloc(spec->n_opened_on_host + spec->n_taken + spec->n_opened,
                       sizeof(*fds->held));
    if (!fds->held) {
        return fail_errno(err, STEP, "no memory for descriptors");
    }
    raise_own_limit();
    return open_all(spec, spec->opened_on_host, spec->n_opened_on_host, fds,
                    err);
}

void fds_close(struct fds *fds)
{
    for (size_t i = 0; i < fds->n; i++) {
        close_fd(&fds->held[i].fd);
    }
    free(fds->held);
    fds->held = NULL;
    fds->n = 0;
}

bool fds_take(const struct spec *spec, int pidfd, struct fds *fds,
              struct error *err)
{
    for (size_t i = 0; i < spec->n_taken; i++) {
        int fd = proc_getfd(pidfd, spec->taken[i].source);

        if (fd < 0) {
            return fail_errno(err, STEP, "descriptor %d of the old process "
                              "cannot be taken", spec->taken[i].source);
        }
        if (!hold(spec, fds, fd, spec->taken[i].target, err)) {
            return false;
        }
    }
    return true;
}

bool fds_open(const struct spec *spec, struct fds *fds, struct error *err)
{
    return open_all(spec, spec->opened, spec->n_opened, fds, err);
}

bool fds_place(const struct fds *fds, struct error *err)
{
    /* By number: glibc has close_range(2) from 2.34 on only. */
    if (syscall(SYS_close_range, 0, UINT_MAX, CLOSE_RANGE_CLOEXEC) < 0) {
        return fail_errno(err, STEP, "descriptors cannot be marked "
                          "close-on-exec");
    }
    for (size_t i = 0; i < fds->n; i++) {
        if (dup3(fds->held[i].fd, fds->held[i].target, 0) < 0) {
            return fail_errno(err, STEP, "descriptor %d cannot be placed",
                              fds->held[i].target);
        }
    }
    return true;
}
