/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "child.h"

#include "io.h"
#include "trusted.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
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

/*
 * Move @fd above every number that the new process wants, so that placing its
 * descriptors does not close it.
 */
static bool move_up(const struct spec *spec, int *fd)
{
    int high = fcntl(*fd, F_DUPFD_CLOEXEC, spec->last_target + 1);

    close_fd(fd);
    *fd = high;
    return high >= 0;
}

/* Wait until the parent has placed us. False: it gave up. */
static bool await_parent(int proceed)
{
    char byte;
    ssize_t n;

    do {
        n = read(proceed, &byte, 1);
    } while (n < 0 && errno == EINTR);
    return n == 1;
}

static bool start(const struct spec *spec, const struct clothes *clothes,
                  int pidfd, struct fds *fds, struct error *err)
{
    int proc_self = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
    struct trusted emulator;

    if (proc_self < 0 || !move_up(spec, &proc_self)) {
        return fail_errno(err, "attributes", "/proc/self cannot be opened");
    }
    if (setsid() < 0) {
        return fail_errno(err, "session", "no new session can be made");
    }
    if (!fds_take(spec, pidfd, fds, err) ||
        !namespaces_enter(&clothes->namespaces, err) ||
        !fds_open(spec, fds, err) ||
        /* Looked at where the new process will live, before it may fail to. */
        !trusted_find(spec->emulator, &emulator, err) ||
        (!move_up(spec, &emulator.dir) &&
         !fail_errno(err, "descriptors", "no room for a descriptor")) ||
        !environment_check(&clothes->environment, err) ||
        !label_wear(&clothes->label, proc_self, err) ||
        !fds_place(fds, err) ||
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
                        int pidfd, struct fds *fds, int proceed, int report)
{
    struct error err = { .step = "" };

    if (await_parent(proceed) && move_up(spec, &report) &&
        !start(spec, clothes, pidfd, fds, &err)) {
        (void)write_all(report, &err, sizeof(err));
    }
    _exit(NOT_EXECUTED);
}
