/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "child.h"

#include "cgroup.h"
#include "fds.h"
#include "io.h"
#include "schedule.h"
#include "trusted.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define NOT_EXECUTED 127

/* The parent ignores and blocks signals; a new program starts without that. */
static void reset_signals(void)
{
    struct sigaction by_default = { .sa_handler = SIG_DFL };
    sigset_t none;

    for (int i = 1; i < NSIG; i++) {
        (void)sigaction(i, &by_default, NULL); /* fails for SIGKILL and such */
    }
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* What has to be done while we still see the host's mounts and /proc. */
static bool wear_outside(const struct spec *spec, struct error *err)
{
    char like[32];

    snprintf(like, sizeof(like), "/proc/%d", (int)spec->like.pid);
    return cgroup_follow(like, "/proc/self", getpid(), false, err) &&
           /* After the groups: joining a cpuset changes the affinity. */
           schedule_follow(spec->like.pid, 0, err) &&
           schedule_share_core(spec->like.pid, 0, err);
}

static bool start(const struct spec *spec, const struct clothes *clothes,
                  int pidfd, struct error *err)
{
    int proc_self = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
    struct trusted emulator;
    struct fds fds;

    if (proc_self < 0) {
        return fail_errno(err, "attributes", "/proc/self cannot be opened");
    }
    if (setsid() < 0) {
        return fail_errno(err, "session", "no new session can be made");
    }
    if (!fds_take(spec, pidfd, &fds, err) ||
        !wear_outside(spec, err) ||
        !namespaces_enter(&clothes->namespaces, err) ||
        !fds_open(spec, &fds, err) ||
        /* Looked at where the new process will live, before it may fail to. */
        !trusted_find(spec->emulator, &emulator, err) ||
        !environment_check(&clothes->environment, err) ||
        !label_wear(&clothes->label, proc_self, err) ||
        !fds_place(spec, &fds, err) ||
        !attributes_wear(&clothes->attributes, proc_self, err) ||
        !credentials_wear(&clothes->credentials, err)) {
        return false;
    }
    reset_signals();
    /*
     * By its directory, so that what was checked is what runs, and by its
     * name, so that the process is not called after a descriptor.
     */
    (void)execveat(emulator.dir, emulator.name, (char *const *)spec->argv,
                   clothes->environment.list, AT_SYMLINK_NOFOLLOW);
    return fail_errno(err, "exec", "%s cannot be executed", spec->emulator);
}

noreturn void child_run(const struct spec *spec, const struct clothes *clothes,
                        int pidfd, int report)
{
    struct error err = { .step = "" };
    /* The target numbers may include that of the pipe: keep it out of reach. */
    int high = fcntl(report, F_DUPFD_CLOEXEC, spec->last_target + 1);

    close_fd(&report);
    if (high >= 0 && !start(spec, clothes, pidfd, &err)) {
        (void)write_all(high, &err, sizeof(err));
    }
    _exit(NOT_EXECUTED);
}
