/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
/*
 * orthus-vmm-exec: start the new QEMU in the old one's clothes, and end it if
 * nobody answers for it any more. See orthus-vmm-exec(8).
 */

#include "cgroup.h"
#include "child.h"
#include "clothes.h"
#include "fds.h"
#include "io.h"
#include "lease.h"
#include "proc.h"
#include "restart.h"
#include "schedule.h"
#include "spec.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define DOCUMENT_MAX (16 * 1024 * 1024)

enum {
    EXIT_KEPT = 0,
    EXIT_ERROR = 1,
    EXIT_DOCUMENT = 2,
    EXIT_LEASE_LOST = 3,
    EXIT_EXITED = 4,
};

static int report_error(const struct error *err, int status)
{
    emit(json_pack("{s:s, s:s, s:s}", "event", "error", "step", err->step,
                   "message", err->message));
    fprintf(stderr, "orthus-vmm-exec: %s: %s\n", err->step, err->message);
    return status;
}

/*
 * Whoever stops us by these also stops those who hold the lease, and that is
 * what must decide. SIGPIPE: nobody may be reading any more.
 */
static void ignore_signals(void)
{
    static const int ignored[] = { SIGHUP, SIGINT, SIGTERM, SIGPIPE };
    struct sigaction ignore = { .sa_handler = SIG_IGN };

    for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++) {
        (void)sigaction(ignored[i], &ignore, NULL);
    }
}

static int reap(pid_t child)
{
    int status = 0;

    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

/* Wait for the end of the child's preparations. False: it did not get through. */
static bool await_exec(int report, struct error *err)
{
    size_t len = 0;
    char *data = read_fd(report, sizeof(*err), &len);
    bool executed = data && len == 0;

    if (data && len == sizeof(*err)) {
        memcpy(err, data, sizeof(*err));
        err->step[sizeof(err->step) - 1] = '\0';
        err->message[sizeof(err->message) - 1] = '\0';
    } else if (!executed) {
        fail(err, "exec", "the child died while it prepared itself");
    }
    free(data);
    return executed;
}

/*
 * Put the child where the process to be like is. Done from here, where the
 * host's mounts are and a thread may be made for it.
 */
static bool place(pid_t like, pid_t child, struct error *err)
{
    char theirs[32], its[32];

    snprintf(theirs, sizeof(theirs), "/proc/%d", (int)like);
    snprintf(its, sizeof(its), "/proc/%d", (int)child);
    return cgroup_follow(theirs, its, child, false, err) &&
           /* After the groups: joining a cpuset changes the affinity. */
           schedule_follow(like, child, err) &&
           schedule_share_core(like, child, err);
}

/*
 * Write down which process will be the new QEMU, before it is one: should we
 * die, nobody else knows of it.
 */
static bool record(const char *path, pid_t child, struct error *err)
{
    unsigned long long starttime;
    char text[64];
    int len;

    if (!proc_starttime(child, &starttime)) {
        return fail_errno(err, "record", "the child has no start time");
    }
    len = snprintf(text, sizeof(text), "{\"pid\":%d,\"starttime\":%llu}\n",
                   (int)child, starttime);
    return replace_file(path, text, (size_t)len, 0600) ||
           fail_errno(err, "record", "%s cannot be written", path);
}

/* See the child become the new QEMU, in the clothes that it should wear. */
static bool accompany(const struct spec *spec, const struct clothes *clothes,
                      int pidfd, pid_t child, int proceed, int report,
                      struct error *err)
{
    if (!place(spec->like.pid, child, err) ||
        !record(spec->record, child, err)) {
        return false;
    }
    if (!write_all(proceed, "", 1)) {
        return fail_errno(err, "fork", "the child does not listen");
    }
    return await_exec(report, err) &&
           credentials_verify(child, &clothes->credentials, err) &&
           label_verify(child, &clothes->label, err) &&
           /* Its pid named what we read and followed until here. */
           (!proc_ended(pidfd) ||
            fail(err, "like", "the process to be like has ended"));
}

/* Fork and start the new QEMU. Returns its pid, or -1. */
static pid_t launch(const struct spec *spec, const struct clothes *clothes,
                    int pidfd, struct error *err)
{
    int report[2] = { -1, -1 }, proceed[2] = { -1, -1 };
    struct fds fds;
    pid_t child = -1;

    if (!fds_open_on_host(spec, &fds, err)) {
        fds_close(&fds);
        return -1;
    }
    if (pipe2(report, O_CLOEXEC) < 0 || pipe2(proceed, O_CLOEXEC) < 0 ||
        (child = fork()) < 0) {
        fail_errno(err, "fork", "no new process");
    } else if (child == 0) {
        close_fd(&proceed[1]); /* or we would not see the parent give up */
        child_run(spec, clothes, pidfd, &fds, proceed[0], report[1]);
    } else {
        close_fd(&report[1]);
        if (!accompany(spec, clothes, pidfd, child, proceed[1], report[0],
                       err)) {
            (void)kill(child, SIGKILL);
            reap(child);
            child = -1;
        }
    }
    for (int i = 0; i < 2; i++) {
        close_fd(&report[i]);
        close_fd(&proceed[i]);
    }
    /* A device that we held open could not be taken out of the host. */
    fds_close(&fds);
    return child;
}

static int watch(pid_t child, int lease)
{
    /* Our own child: its pid cannot be recycled before reap(). */
    int pidfd = (int)syscall(SYS_pidfd_open, child, 0);
    unsigned long long starttime;
    struct error err;

    if (pidfd < 0 || !proc_starttime(child, &starttime)) {
        fail_errno(&err, "watch", "the new process cannot be watched");
        (void)kill(child, SIGKILL);
        reap(child);
        return report_error(&err, EXIT_ERROR);
    }
    emit(json_pack("{s:s, s:i, s:I}", "event", "started", "pid", (int)child,
                   "starttime", (json_int_t)starttime));
    switch (lease_wait(lease, pidfd)) {
    case LEASE_KEPT:
        emit(json_pack("{s:s}", "event", "kept"));
        return EXIT_KEPT;
    case LEASE_LOST:
        (void)kill(child, SIGKILL);
        reap(child);
        emit(json_pack("{s:s}", "event", "lease-lost"));
        return EXIT_LEASE_LOST;
    case LEASE_EXITED:
    default:
        emit(json_pack("{s:s, s:i}", "event", "exited", "status",
                       reap(child)));
        return EXIT_EXITED;
    }
}

static int run(const struct spec *spec, struct clothes *clothes)
{
    struct error err;
    int pidfd = proc_open(&spec->like, "the process to be like", "like", &err);
    int lease = -1, forbidden = -1, status = EXIT_ERROR;
    pid_t child = -1;

    if (pidfd >= 0 && clothes_read(spec, clothes, &err)) {
        lease = lease_open(spec->lease, &err);
    }
    if (lease >= 0) {
        forbidden = restart_forbid(spec, &err);
    }
    if (forbidden >= 0) {
        child = launch(spec, clothes, pidfd, &err);
    }
    if (child < 0) {
        report_error(&err, EXIT_ERROR);
    } else {
        status = watch(child, lease);
    }
    close_fd(&forbidden); /* the child is committed or reaped */
    close_fd(&lease);
    close_fd(&pidfd);
    return status;
}

int main(int argc, char **argv)
{
    struct error err;
    struct spec spec;
    struct clothes clothes;
    char *text;
    size_t len;
    int status;

    (void)argv;
    if (argc > 1) {
        fprintf(stderr, "usage: orthus-vmm-exec < document\n"
                        "See orthus-vmm-exec(8).\n");
        return EXIT_DOCUMENT;
    }
    ignore_signals();
    text = read_fd(STDIN_FILENO, DOCUMENT_MAX, &len);
    if (!text) {
        fail_errno(&err, "document", "standard input cannot be read");
        return report_error(&err, EXIT_DOCUMENT);
    }
    if (!spec_parse(&spec, text, len, &err)) {
        status = report_error(&err, EXIT_DOCUMENT);
    } else if (geteuid() != 0) {
        fail(&err, "credentials", "only root can start a process in another "
             "one's clothes");
        status = report_error(&err, EXIT_ERROR);
    } else {
        status = run(&spec, &clothes);
        clothes_free(&clothes);
    }
    spec_free(&spec);
    free(text);
    return status;
}
