/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "cgroup.h"

#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STEP "cgroup"
#define PROC_MAX (4 * 1024 * 1024)

/* Is @word one of the comma-separated words of @list? */
static bool has_word(const char *list, const char *word, size_t len)
{
    while (*list) {
        size_t n = strcspn(list, ",");

        if (n == len && !strncmp(list, word, len)) {
            return true;
        }
        list += n + (list[n] == ',');
    }
    return false;
}

/* mountinfo writes blanks, tabs, newlines and backslashes as \ooo; undo that. */
static void unescape(char *text)
{
    char *to = text;

    while (*text) {
        if (text[0] == '\\' && text[1] >= '0' && text[1] <= '3' &&
            text[2] >= '0' && text[2] <= '7' && text[3] >= '0' &&
            text[3] <= '7') {
            *to++ = (char)((text[1] - '0') * 64 + (text[2] - '0') * 8 +
                           (text[3] - '0'));
            text += 4;
        } else {
            *to++ = *text++;
        }
    }
    *to = '\0';
}

/*
 * Find the directory of group @path of the hierarchy that has @controllers (the
 * second field of /proc/PID/cgroup; empty for the unified hierarchy). A mount
 * may show only a part of its hierarchy, then its root has to be taken off.
 */
static bool find_directory(const char *mountinfo, const char *controllers,
                           const char *path, char *dir, size_t size)
{
    size_t first = strcspn(controllers, ",");
    const char *line = mountinfo;

    while (*line) {
        size_t len = strcspn(line, "\n");
        char *copy = strndup(line, len);
        char *dash = copy ? strstr(copy, " - ") : NULL;
        char root[PATH_MAX], point[PATH_MAX], type[32], options[1024];
        bool found = false;

        if (dash &&
            sscanf(copy, "%*s %*s %*s %4095s %4095s", root, point) == 2 &&
            sscanf(dash, " - %31s %*s %1023s", type, options) == 2 &&
            (first ? !strcmp(type, "cgroup") &&
                     has_word(options, controllers, first)
                   : !strcmp(type, "cgroup2"))) {
            size_t n;

            unescape(root);
            unescape(point);
            n = strcmp(root, "/") ? strlen(root) : 0;
            if (!strncmp(path, root, n) && (path[n] == '/' || !path[n])) {
                int written = snprintf(dir, size, "%s%s", point, path + n);

                found = written > 0 && (size_t)written < size;
            }
        }
        free(copy);
        if (found) {
            return true;
        }
        line += len + (line[len] == '\n');
    }
    return false;
}

static bool join(const char *dir, const char *file, pid_t tid,
                 struct error *err)
{
    char path[PATH_MAX + 32], text[16];
    int len = snprintf(text, sizeof(text), "%d", (int)tid);
    int fd;
    bool ok;

    snprintf(path, sizeof(path), "%s/%s", dir, file);
    fd = open(path, O_WRONLY | O_CLOEXEC);
    ok = fd >= 0 && write(fd, text, (size_t)len) == len;
    if (!ok) {
        fail_errno(err, STEP, "task %d cannot be moved to %s", (int)tid, dir);
    }
    close_fd(&fd);
    return ok;
}

/* One line of /proc/PID/cgroup, "ID:CONTROLLERS:PATH", @len bytes long. */
static bool follow_line(const char *line, size_t len, const char *mountinfo,
                        pid_t tid, bool thread, struct error *err)
{
    char dir[PATH_MAX], *copy = strndup(line, len);
    char *controllers = copy ? strchr(copy, ':') : NULL;
    char *path = controllers ? strchr(controllers + 1, ':') : NULL;
    bool ok;

    if (!path) {
        free(copy);
        return fail(err, STEP, "unexpected line in /proc/PID/cgroup");
    }
    *controllers++ = '\0';
    *path++ = '\0';
    if (find_directory(mountinfo, controllers, path, dir, sizeof(dir))) {
        const char *file = !thread ? "cgroup.procs" :
                           *controllers ? "tasks" : "cgroup.threads";

        ok = join(dir, file, tid, err);
    } else {
        ok = fail(err, STEP, "the %s hierarchy is not mounted, or group %s "
                  "lies outside of what is mounted",
                  *controllers ? controllers : "unified", path);
    }
    free(copy);
    return ok;
}

/* Is the line @line of @len bytes also a line of @text? */
static bool has_line(const char *text, const char *line, size_t len)
{
    while (*text) {
        size_t n = strcspn(text, "\n");

        if (n == len && !strncmp(text, line, len)) {
            return true;
        }
        text += n + (text[n] == '\n');
    }
    return false;
}

static char *read_groups(const char *task)
{
    char path[96];

    snprintf(path, sizeof(path), "%s/cgroup", task);
    return read_file(AT_FDCWD, path, PROC_MAX, NULL);
}

bool cgroup_follow(const char *like, const char *subject, pid_t tid,
                   bool thread, struct error *err)
{
    char *wanted = read_groups(like);
    char *present = read_groups(subject);
    char *mountinfo = read_file(AT_FDCWD, "/proc/self/mountinfo", PROC_MAX,
                                NULL);
    const char *line = wanted;
    bool ok = wanted && present && mountinfo;

    if (!ok) {
        /* A kernel without control groups has none to follow. */
        ok = (!wanted && !present && errno == ENOENT && mountinfo) ||
             fail_errno(err, STEP, "the control groups of %s and %s cannot be "
                        "read", like, subject);
        line = NULL;
    }
    while (ok && line && *line) {
        size_t len = strcspn(line, "\n");

        if (!has_line(present, line, len)) {
            ok = follow_line(line, len, mountinfo, tid, thread, err);
        }
        line += len + (line[len] == '\n');
    }
    free(wanted);
    free(present);
    free(mountinfo);
    return ok;
}
