/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "daemon.h"

#include "clock.h"
#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#define GATE_MS 5000   /* a starting libvirtd holds the gate for an instant */
#define FREEZE_MS 2000
#define KILL_MS 10000

int daemon_lock_gate(const char *path, struct error *err)
{
    int64_t deadline = deadline_in_ms(GATE_MS);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0) {
        fail_errno(err, "gate", "%s cannot be opened", path);
        return -1;
    }
    while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        if ((errno != EWOULDBLOCK && errno != EINTR) ||
            deadline_left_ms(deadline) == 0) {
            fail_errno(err, "gate", "%s cannot be locked: another switch may "
                       "be under way", path);
            close_fd(&fd);
            return -1;
        }
        pause_ms(5);
    }
    return fd;
}

bool daemon_freeze(int pidfd, pid_t pid, struct error *err)
{
    if (proc_freeze(pidfd, pid, deadline_in_ms(FREEZE_MS))) {
        return true;
    }
    daemon_thaw(pidfd);
    return fail(err, "libvirtd", "libvirtd (pid %d) did not stand still within "
                "%d ms", (int)pid, FREEZE_MS);
}

void daemon_thaw(int pidfd)
{
    (void)proc_signal(pidfd, SIGCONT); /* fails only if it has ended */
}

bool daemon_kill(int pidfd, struct error *err)
{
    (void)proc_signal(pidfd, SIGKILL); /* fails only if it has ended */
    return proc_wait_ended(pidfd, deadline_in_ms(KILL_MS)) ||
           fail(err, "libvirtd", "libvirtd did not end within %d ms after "
                "SIGKILL", KILL_MS);
}
