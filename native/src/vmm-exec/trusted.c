/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "trusted.h"

#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STEP "trust"
#define MAX_LINKS 40 /* as the kernel's own limit */

/* POSIX ACLs need no look of their own: their mask shows as the group's bits. */
static bool only_roots(const struct stat *st, const char *path,
                       const char *component, struct error *err)
{
    if (st->st_uid != 0) {
        return fail(err, STEP, "%s is refused: %s belongs to user %u, not to "
                    "root", path, component, st->st_uid);
    }
    /* The bits of a symbolic link mean nothing; its directory's count. */
    if (!S_ISLNK(st->st_mode) && (st->st_mode & (S_IWGRP | S_IWOTH))) {
        return fail(err, STEP, "%s is refused: %s can be written by others "
                    "than root (mode %04o)", path, component,
                    st->st_mode & 07777);
    }
    return true;
}

/* The walk: @dir is where we are, @rest what is still to go. */
struct walk {
    const char *path;
    int dir;
    int links;
    char rest[2 * PATH_MAX];
};

static bool go_to(struct walk *walk, int dir)
{
    close_fd(&walk->dir);
    walk->dir = dir;
    return dir >= 0;
}

static bool start(struct walk *walk, struct error *err)
{
    struct stat st;

    if (!go_to(walk, open("/", O_PATH | O_DIRECTORY | O_CLOEXEC)) ||
        fstat(walk->dir, &st) < 0) {
        return fail_errno(err, STEP, "the root directory cannot be opened");
    }
    return only_roots(&st, walk->path, "/", err);
}

static bool follow_link(struct walk *walk, const char *name, struct error *err)
{
    char target[PATH_MAX], rest[sizeof(walk->rest)];
    ssize_t len = readlinkat(walk->dir, name, target, sizeof(target) - 1);
    int n;

    if (len < 0) {
        return fail_errno(err, STEP, "%s: link %s cannot be read", walk->path,
                          name);
    }
    target[len] = '\0';
    n = snprintf(rest, sizeof(rest), "%s/%s", target, walk->rest);
    if (++walk->links > MAX_LINKS || n < 0 || (size_t)n >= sizeof(rest)) {
        return fail(err, STEP, "%s has too many symbolic links", walk->path);
    }
    memcpy(walk->rest, rest, (size_t)n + 1);
    return target[0] != '/' || start(walk, err);
}

/* Take the next component off @rest; false at the end. */
static bool next_name(struct walk *walk, char name[NAME_MAX + 1],
                      size_t *len)
{
    const char *at = walk->rest + strspn(walk->rest, "/");

    *len = strcspn(at, "/");
    if (*len == 0 || *len > NAME_MAX) {
        return false;
    }
    memcpy(name, at, *len);
    name[*len] = '\0';
    memmove(walk->rest, at + *len, strlen(at + *len) + 1);
    return true;
}

static bool walk_to(struct walk *walk, char name[NAME_MAX + 1],
                    struct error *err)
{
    struct stat st;
    size_t len;

    while (next_name(walk, name, &len)) {
        if (fstatat(walk->dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
            return fail_errno(err, STEP, "%s: %s cannot be found", walk->path,
                              name);
        }
        if (!only_roots(&st, walk->path, name, err)) {
            return false;
        }
        if (S_ISLNK(st.st_mode)) {
            if (!follow_link(walk, name, err)) {
                return false;
            }
        } else if (S_ISREG(st.st_mode) &&
                   walk->rest[strspn(walk->rest, "/")] == '\0') {
            return true;
        } else if (!go_to(walk, openat(walk->dir, name, O_PATH | O_DIRECTORY |
                                       O_NOFOLLOW | O_CLOEXEC))) {
            return fail_errno(err, STEP, "%s: %s cannot be entered",
                              walk->path, name);
        }
    }
    return fail(err, STEP, "%s is refused: it is no regular file", walk->path);
}

bool trusted_find(const char *path, struct trusted *found, struct error *err)
{
    struct walk walk = { .path = path, .dir = -1 };
    int n = snprintf(walk.rest, sizeof(walk.rest), "%s", path);

    found->dir = -1;
    if (path[0] != '/' || n < 0 || n >= PATH_MAX) {
        return fail(err, STEP, "%.200s is refused: it is no absolute path",
                    path);
    }
    if (!start(&walk, err) || !walk_to(&walk, found->name, err)) {
        close_fd(&walk.dir);
        return false;
    }
    found->dir = walk.dir;
    return true;
}

void trusted_release(struct trusted *found)
{
    close_fd(&found->dir);
}
