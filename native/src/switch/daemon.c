/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "daemon.h"

#include "clock.h"
#include "lockfile.h"

#include <signal.h>
#include <sys/file.h>

#define FREEZE_MS 2000
#define KILL_MS 10000

int daemon_lock_gate(const char *path, struct error *err)
{
    return lockfile_take(path, LOCK_EX, "gate",
                         "another switch may be under way", err);
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
