/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "attributes.h"

#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define STEP "attributes"
#define PROC_MAX (1024 * 1024)

/*
 * Read one small file of @pid. A kernel built without the feature has no such
 * file: then @text becomes empty, and there is nothing to take on.
 */
static bool read_small(pid_t pid, const char *name, char *text, size_t size,
                       struct error *err)
{
    char path[64], *found;

    snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
    found = read_file(AT_FDCWD, path, PROC_MAX, NULL);
    text[0] = '\0';
    if (found) {
        snprintf(text, size, "%.*s", (int)strcspn(found, "\n"), found);
        free(found);
        return true;
    }
    return errno == ENOENT || fail_errno(err, STEP, "%s cannot be read", path);
}

static const struct {
    const char *name;
    int resource;
} limits[] = {
    { "Max cpu time", RLIMIT_CPU },
    { "Max file size", RLIMIT_FSIZE },
    { "Max data size", RLIMIT_DATA },
    { "Max stack size", RLIMIT_STACK },
    { "Max core file size", RLIMIT_CORE },
    { "Max resident set", RLIMIT_RSS },
    { "Max processes", RLIMIT_NPROC },
    { "Max open files", RLIMIT_NOFILE },
    { "Max locked memory", RLIMIT_MEMLOCK },
    { "Max address space", RLIMIT_AS },
    { "Max file locks", RLIMIT_LOCKS },
    { "Max pending signals", RLIMIT_SIGPENDING },
    { "Max msgqueue size", RLIMIT_MSGQUEUE },
    { "Max nice priority", RLIMIT_NICE },
    { "Max realtime priority", RLIMIT_RTPRIO },
    { "Max realtime timeout", RLIMIT_RTTIME },
};

static bool parse_limit(const char *text, const char *name,
                        struct rlimit *limit)
{
    const char *line = strstr(text, name);
    char soft[24], hard[24];

    if (!line ||
        sscanf(line + strlen(name), " %23s %23s", soft, hard) != 2) {
        return false;
    }
    limit->rlim_cur = !strcmp(soft, "unlimited") ? RLIM_INFINITY
                                                 : strtoull(soft, NULL, 10);
    limit->rlim_max = !strcmp(hard, "unlimited") ? RLIM_INFINITY
                                                 : strtoull(hard, NULL, 10);
    return true;
}

/* prlimit(2) would need CAP_SYS_RESOURCE, which a container may not have. */
static bool read_limits(pid_t pid, struct attributes *what, struct error *err)
{
    char path[64], *text;
    bool ok = true;

    snprintf(path, sizeof(path), "/proc/%d/limits", (int)pid);
    text = read_file(AT_FDCWD, path, PROC_MAX, NULL);
    if (!text) {
        return fail_errno(err, STEP, "%s cannot be read", path);
    }
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]) && ok; i++) {
        ok = parse_limit(text, limits[i].name,
                         &what->limit[limits[i].resource]) ||
             fail(err, STEP, "%s tells nothing of \"%s\"", path,
                  limits[i].name);
    }
    free(text);
    return ok;
}

static bool read_status(pid_t pid, struct attributes *what, struct error *err)
{
    char path[64], *status;
    const char *umask_line, *thp;
    unsigned int mask;
    bool ok;

    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    status = read_file(AT_FDCWD, path, PROC_MAX, NULL);
    umask_line = status ? strstr(status, "\nUmask:") : NULL;
    thp = status ? strstr(status, "\nTHP_enabled:") : NULL;
    ok = umask_line && sscanf(umask_line, "\nUmask: %o", &mask) == 1;
    if (ok) {
        what->umask = (mode_t)mask;
        what->no_huge_pages = thp && strtol(thp + strlen("\nTHP_enabled:"),
                                            NULL, 10) == 0;
    } else {
        fail_errno(err, STEP, "the umask of process %d cannot be read",
                   (int)pid);
    }
    free(status);
    return ok;
}

bool attributes_read(pid_t pid, struct attributes *what, struct error *err)
{
    char personality[24], slack[24];

    memset(what, 0, sizeof(*what));
    if (!read_limits(pid, what, err) || !read_status(pid, what, err) ||
        !read_small(pid, "oom_score_adj", what->oom_score_adj,
                    sizeof(what->oom_score_adj), err) ||
        !read_small(pid, "coredump_filter", what->coredump_filter,
                    sizeof(what->coredump_filter), err) ||
        !read_small(pid, "personality", personality, sizeof(personality),
                    err) ||
        !read_small(pid, "timerslack_ns", slack, sizeof(slack), err)) {
        return false;
    }
    what->personality = strtoul(personality, NULL, 16);
    what->timer_slack_ns = strtoul(slack, NULL, 10);
    return true;
}

static bool write_small(int proc_self, const char *name, const char *text,
                        struct error *err)
{
    size_t len = strlen(text);
    int fd;
    bool ok;

    if (!len) {
        return true;
    }
    fd = openat(proc_self, name, O_WRONLY | O_CLOEXEC);
    ok = fd >= 0 && write(fd, text, len) == (ssize_t)len;
    if (!ok) {
        fail_errno(err, STEP, "%s cannot be set to %s", name, text);
    }
    close_fd(&fd);
    return ok;
}

bool attributes_wear(const struct attributes *what, int proc_self,
                     struct error *err)
{
    char filter[32] = "";

    if (*what->coredump_filter) {
        snprintf(filter, sizeof(filter), "0x%s", what->coredump_filter);
    }
    if (!write_small(proc_self, "oom_score_adj", what->oom_score_adj, err) ||
        !write_small(proc_self, "coredump_filter", filter, err)) {
        return false;
    }
    if (personality(what->personality) < 0) {
        return fail_errno(err, STEP, "personality %#lx cannot be set",
                          what->personality);
    }
    if (what->timer_slack_ns &&
        prctl(PR_SET_TIMERSLACK, what->timer_slack_ns, 0, 0, 0) < 0) {
        return fail_errno(err, STEP, "the timer slack cannot be set");
    }
    if (prctl(PR_SET_THP_DISABLE, what->no_huge_pages, 0, 0, 0) < 0 &&
        what->no_huge_pages) {
        return fail_errno(err, STEP, "huge pages cannot be disabled");
    }
    umask(what->umask);
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        __rlimit_resource_t resource = (__rlimit_resource_t)limits[i].resource;

        if (setrlimit(resource, &what->limit[resource]) < 0) {
            return fail_errno(err, STEP, "the limit \"%s\" cannot be set",
                              limits[i].name);
        }
    }
    return true;
}
