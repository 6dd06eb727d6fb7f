/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "lease.h"

#include "clock.h"
#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STEP "lease"
#define HOLDER_SECONDS 10

static void interrupt(int signal)
{
    (void)signal; /* only to let open(2) return with EINTR */
}

static int open_with_holder(const char *path)
{
    struct sigaction action = { .sa_handler = interrupt }, before;
    int fd, saved;

    if (sigaction(SIGALRM, &action, &before) < 0) {
        return -1;
    }
    (void)alarm(HOLDER_SECONDS);
    /* Opening a FIFO for reading blocks until there is a writer. */
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    saved = errno;
    (void)alarm(0);
    (void)sigaction(SIGALRM, &before, NULL);
    errno = saved;
    return fd;
}

int lease_open(const char *path, struct error *err)
{
    struct stat st;
    int fd;

    /* Before opening: opening something else than a FIFO may have effects. */
    if (lstat(path, &st) < 0) {
        fail_errno(err, STEP, "%s cannot be found", path);
        return -1;
    }
    if (!S_ISFIFO(st.st_mode) || st.st_uid != 0 ||
        (st.st_mode & (S_IWGRP | S_IWOTH))) {
        fail(err, STEP, "%s is refused: it must be a FIFO of root that others "
             "cannot write", path);
        return -1;
    }
    fd = open_with_holder(path);
    if (fd < 0 && errno == EINTR) {
        fail(err, STEP, "nobody opened %s for writing within %d s", path,
             HOLDER_SECONDS);
    } else if (fd < 0) {
        fail_errno(err, STEP, "%s cannot be opened", path);
    } else if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0) {
        fail_errno(err, STEP, "%s", path);
        close_fd(&fd);
    }
    return fd;
}

enum lease_end lease_wait(int fd, int pidfd)
{
    for (;;) {
        struct pollfd watched[] = {
            { .fd = fd, .events = POLLIN },
            { .fd = pidfd, .events = POLLIN },
        };
        char bytes[16];
        ssize_t n;

        if (poll(watched, 2, -1) < 0) {
            continue; /* EINTR or, for a moment, ENOMEM */
        }
        if (watched[1].revents) {
            return LEASE_EXITED;
        }
        n = read(fd, bytes, sizeof(bytes));
        if (n == 0) {
            return LEASE_LOST;
        }
        if (n > 0 && memchr(bytes, 'K', (size_t)n)) {
            return LEASE_KEPT;
        }
    }
}
