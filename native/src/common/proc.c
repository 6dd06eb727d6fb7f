/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "proc.h"

#include "clock.h"
#include "io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STAT_MAX 4096

/* State and start time from a stat file; the name in it may hold any character. */
static bool read_stat(const char *path, char *state,
                      unsigned long long *starttime)
{
    char *text = read_file(AT_FDCWD, path, STAT_MAX, NULL);
    char *after = text ? strrchr(text, ')') : NULL;
    /* After the name come state (field 3), 18 fields, and field 22. */
    bool ok = after &&
              sscanf(after + 1,
                     " %c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s "
                     "%*s %*s %*s %*s %*s %llu", state, starttime) == 2;

    if (text && !ok) {
        errno = EPROTO;
    }
    free(text);
    return ok;
}

bool proc_starttime(pid_t pid, unsigned long long *starttime)
{
    char path[64], state;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    return read_stat(path, &state, starttime);
}

int proc_open(const struct process *process, const char *what,
              const char *step, struct error *err)
{
    unsigned long long starttime;
    int pidfd = (int)syscall(SYS_pidfd_open, process->pid, 0);

    if (pidfd < 0) {
        fail_errno(err, step, "%s (pid %d) cannot be opened", what,
                   (int)process->pid);
        return -1;
    }
    /*
     * The start time is read after the pidfd was opened: if it is the one that
     * our caller saw earlier, the pid has had one owner all the time.
     */
    if (!proc_starttime(process->pid, &starttime) || proc_ended(pidfd)) {
        fail(err, step, "%s (pid %d) has ended", what, (int)process->pid);
    } else if (starttime != process->starttime) {
        fail(err, step, "pid %d is no longer %s: it started at %llu, not %llu",
             (int)process->pid, what, starttime, process->starttime);
    } else {
        return pidfd;
    }
    close_fd(&pidfd);
    return -1;
}

bool proc_ended(int pidfd)
{
    return proc_wait_ended(pidfd, 0);
}

bool proc_wait_ended(int pidfd, int64_t deadline)
{
    struct pollfd end = { .fd = pidfd, .events = POLLIN };
    int n;

    do {
        n = poll(&end, 1, deadline_left_ms(deadline));
    } while (n < 0 && errno == EINTR);
    return n == 1 && (end.revents & POLLIN);
}

static bool all_threads_stopped(pid_t pid)
{
    char path[64 + sizeof(((struct dirent *)0)->d_name)], state;
    unsigned long long starttime;
    const struct dirent *entry;
    bool stopped = true;
    DIR *dir;

    snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    dir = opendir(path);
    if (!dir) {
        return false;
    }
    while (stopped && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        snprintf(path, sizeof(path), "/proc/%d/task/%s/stat", (int)pid,
                 entry->d_name);
        /* A thread that is gone meanwhile does not run either. */
        if (read_stat(path, &state, &starttime)) {
            stopped = strchr("TtZX", state) != NULL;
        }
    }
    closedir(dir);
    return stopped;
}

bool proc_freeze(int pidfd, pid_t pid, int64_t deadline)
{
    if (proc_signal(pidfd, SIGSTOP) < 0) {
        return false;
    }
    /* Nothing can be polled for "stopped" of a process that is not our child. */
    while (!all_threads_stopped(pid)) {
        if (proc_ended(pidfd) || deadline_left_ms(deadline) == 0) {
            return false;
        }
        pause_ms(1);
    }
    return !proc_ended(pidfd);
}

int proc_signal(int pidfd, int signal)
{
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

int proc_getfd(int pidfd, int fd)
{
    return (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
}

bool proc_has_thread(pid_t pid, pid_t tid)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/task/%d", (int)pid, (int)tid);
    return access(path, F_OK) == 0;
}
