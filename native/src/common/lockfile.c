/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "lockfile.h"

#include "clock.h"
#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>

#define WAIT_MS 5000

int lockfile_take(const char *path, int operation, const char *step,
                  const char *why, struct error *err)
{
    int64_t deadline = deadline_in_ms(WAIT_MS);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0) {
        fail_errno(err, step, "%s cannot be opened", path);
        return -1;
    }
    while (flock(fd, operation | LOCK_NB) < 0) {
        if ((errno != EWOULDBLOCK && errno != EINTR) ||
            deadline_left_ms(deadline) == 0) {
            fail_errno(err, step, "%s cannot be locked: %s", path, why);
            close_fd(&fd);
            return -1;
        }
        pause_ms(5);
    }
    return fd;
}
