/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "namespaces.h"

#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STEP "namespaces"

/* The mount namespace comes last: entering it changes root and directory. */
static const struct {
    const char *name;
    int flag;
} kinds[] = {
    { "cgroup", CLONE_NEWCGROUP },
    { "ipc", CLONE_NEWIPC },
    { "uts", CLONE_NEWUTS },
    { "net", CLONE_NEWNET },
    { "mnt", CLONE_NEWNS },
};

/* 1 if both processes are in the same one, 0 if not, -1 on error. */
static int same(pid_t pid, const char *name)
{
    char theirs[64], ours[64];
    struct stat a, b;

    snprintf(theirs, sizeof(theirs), "/proc/%d/ns/%s", (int)pid, name);
    snprintf(ours, sizeof(ours), "/proc/self/ns/%s", name);
    if (stat(ours, &b) < 0) {
        return errno == ENOENT ? 1 : -1; /* a kind this kernel does not have */
    }
    if (stat(theirs, &a) < 0) {
        return -1;
    }
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static int open_of(pid_t pid, const char *name, int flags)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
    return open(path, flags | O_CLOEXEC);
}

bool namespaces_open(pid_t pid, struct namespaces *ns, struct error *err)
{
    static const char *const refused[] = { "user", "pid", "time" };

    memset(ns, 0, sizeof(*ns));
    ns->cwd = -1;
    ns->root = open_of(pid, "root", O_PATH | O_DIRECTORY);
    if (ns->root >= 0) {
        ns->cwd = open_of(pid, "cwd", O_PATH | O_DIRECTORY);
    }
    if (ns->cwd < 0) {
        return fail_errno(err, STEP, "root and working directory of process "
                          "%d cannot be opened", (int)pid);
    }
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        if (same(pid, refused[i]) != 1) {
            return fail(err, STEP, "process %d lives in another %s namespace, "
                        "which is not supported", (int)pid, refused[i]);
        }
    }
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        int equal = same(pid, kinds[i].name);
        char name[32];

        if (equal == 1) {
            continue;
        }
        snprintf(name, sizeof(name), "ns/%s", kinds[i].name);
        ns->entry[ns->n].name = kinds[i].name;
        ns->entry[ns->n].flag = kinds[i].flag;
        ns->entry[ns->n].fd = equal < 0 ? -1 : open_of(pid, name, O_RDONLY);
        if (ns->entry[ns->n].fd < 0) {
            return fail_errno(err, STEP, "the %s namespace of process %d "
                              "cannot be opened", kinds[i].name, (int)pid);
        }
        ns->n++;
    }
    return true;
}

void namespaces_close(struct namespaces *ns)
{
    for (size_t i = 0; i < ns->n; i++) {
        close_fd(&ns->entry[i].fd);
    }
    close_fd(&ns->root);
    close_fd(&ns->cwd);
}

bool namespaces_enter(const struct namespaces *ns, struct error *err)
{
    for (size_t i = 0; i < ns->n; i++) {
        if (setns(ns->entry[i].fd, ns->entry[i].flag) < 0) {
            return fail_errno(err, STEP, "the %s namespace cannot be entered",
                              ns->entry[i].name);
        }
    }
    if (fchdir(ns->root) < 0 || chroot(".") < 0 || fchdir(ns->cwd) < 0) {
        return fail_errno(err, STEP, "root and working directory cannot be "
                          "taken on");
    }
    return true;
}
