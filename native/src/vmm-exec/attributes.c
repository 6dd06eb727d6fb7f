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

/*
 * The kernel's words for the limits, see lnames in fs/proc/base.c. They are read
 * from /proc because prlimit(2) of another user's process takes
 * CAP_SYS_RESOURCE, which root of a container often lacks.
 */
static const char *const limit_names[RLIM_NLIMITS] = {
    [RLIMIT_CPU] = "Max cpu time",
    [RLIMIT_FSIZE] = "Max file size",
    [RLIMIT_DATA] = "Max data size",
    [RLIMIT_STACK] = "Max stack size",
    [RLIMIT_CORE] = "Max core file size",
    [RLIMIT_RSS] = "Max resident set",
    [RLIMIT_NPROC] = "Max processes",
    [RLIMIT_NOFILE] = "Max open files",
    [RLIMIT_MEMLOCK] = "Max locked memory",
    [RLIMIT_AS] = "Max address space",
    [RLIMIT_LOCKS] = "Max file locks",
    [RLIMIT_SIGPENDING] = "Max pending signals",
    [RLIMIT_MSGQUEUE] = "Max msgqueue size",
    [RLIMIT_NICE] = "Max nice priority",
    [RLIMIT_RTPRIO] = "Max realtime priority",
    [RLIMIT_RTTIME] = "Max realtime timeout",
};

static bool parse_limit(const char *word, rlim_t *value)
{
    char *end;

    if (!strcmp(word, "unlimited")) {
        *value = RLIM_INFINITY;
        return true;
    }
    errno = 0;
    *value = strtoull(word, &end, 10);
    return !errno && end != word && !*end;
}

static bool read_limit(const char *limits, int resource, struct rlimit *limit)
{
    const char *name = limit_names[resource];
    const char *line = name ? strstr(limits, name) : NULL;
    char soft[24], hard[24];

    return line &&
           sscanf(line + strlen(name), " %23s %23s", soft, hard) == 2 &&
           parse_limit(soft, &limit->rlim_cur) &&
           parse_limit(hard, &limit->rlim_max);
}

static bool read_limits(pid_t pid, struct attributes *what, struct error *err)
{
    char path[64], *limits;
    bool ok = true;

    snprintf(path, sizeof(path), "/proc/%d/limits", (int)pid);
    limits = read_file(AT_FDCWD, path, PROC_MAX, NULL);
    if (!limits) {
        return fail_errno(err, STEP, "%s cannot be read", path);
    }
    for (int i = 0; ok && i < RLIM_NLIMITS; i++) {
        ok = read_limit(limits, i, &what->limit[i]) ||
             fail(err, STEP, "%s does not tell resource limit %d", path, i);
    }
    free(limits);
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
    for (int i = 0; i < RLIM_NLIMITS; i++) {
        if (setrlimit((__rlimit_resource_t)i, &what->limit[i]) < 0) {
            return fail_errno(err, STEP, "resource limit %d cannot be set", i);
        }
    }
    return true;
}
