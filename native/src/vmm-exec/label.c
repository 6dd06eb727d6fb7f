/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "label.h"

#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STEP "label"

/*
 * A module that stacks has files of its own (AppArmor since Linux 5.8); the
 * plain ones belong to the first module that has labels.
 */
static const struct {
    const char *current;
    const char *exec;
} files[] = {
    { "attr/apparmor/current", "attr/apparmor/exec" },
    { "attr/current", "attr/exec" },
};

static bool read_current(pid_t pid, const char *name, char *text, size_t size)
{
    char path[64], *found;
    size_t len;

    snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
    found = read_file(AT_FDCWD, path, size - 1, &len);
    if (!found) {
        return false;
    }
    snprintf(text, size, "%s", found);
    text[strcspn(text, "\n")] = '\0';
    free(found);
    return true;
}

bool label_read(pid_t pid, struct label *label, struct error *err)
{
    size_t i = 0;
    char *mode;

    memset(label, 0, sizeof(*label));
    while (!read_current(pid, files[i].current, label->current,
                         sizeof(label->current))) {
        /* EINVAL: no module has labels. ENOENT: no such file in this kernel. */
        if (errno != EINVAL && errno != ENOENT) {
            return fail_errno(err, STEP, "the security label of process %d "
                              "cannot be read", (int)pid);
        }
        if (++i == sizeof(files) / sizeof(files[0])) {
            return true;
        }
    }
    label->current_file = files[i].current;
    label->exec_file = files[i].exec;
    if (!*label->current || !strcmp(label->current, "unconfined")) {
        return true;
    }
    if (access("/sys/fs/selinux/enforce", F_OK) == 0 && i > 0) {
        snprintf(label->text, sizeof(label->text), "%s", label->current);
        return true;
    }
    /* AppArmor reads "PROFILE (MODE)" and wants "exec PROFILE". */
    mode = strrchr(label->current, '(');
    snprintf(label->text, sizeof(label->text), "exec %.*s",
             (int)(mode && mode > label->current ?
                       (size_t)(mode - 1 - label->current) :
                       strlen(label->current)),
             label->current);
    return true;
}

bool label_wear(const struct label *label, int proc_self, struct error *err)
{
    size_t len = strlen(label->text);
    int fd;
    bool ok;

    if (!len) {
        return true;
    }
    fd = openat(proc_self, label->exec_file, O_WRONLY | O_CLOEXEC);
    ok = fd >= 0 && write(fd, label->text, len) == (ssize_t)len;
    if (!ok) {
        fail_errno(err, STEP, "the security label \"%.200s\" cannot be asked "
                   "for", label->text);
    }
    close_fd(&fd);
    return ok;
}

bool label_verify(pid_t pid, const struct label *label, struct error *err)
{
    char is[sizeof(label->current)];

    if (!label->current_file) {
        return true;
    }
    if (!read_current(pid, label->current_file, is, sizeof(is))) {
        return fail_errno(err, STEP, "the security label of the new process "
                          "cannot be read");
    }
    return !strcmp(is, label->current) ||
           fail(err, STEP, "the new process has the security label "
                "\"%.200s\", not \"%.200s\"", is, label->current);
}
