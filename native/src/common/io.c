/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Larger than any status file that libvirt writes. */
#define MOVE_MAX (16 * 1024 * 1024)

void close_fd(int *fd)
{
    int saved = errno;

    if (*fd >= 0) {
        (void)close(*fd);
        *fd = -1;
    }
    errno = saved;
}

bool write_all(int fd, const void *data, size_t len)
{
    const char *at = data;

    while (len > 0) {
        ssize_t n = write(fd, at, len);

        if (n < 0) {
            if (errno == EINTR) {
                continue;
            }
            return false;
        }
        at += n;
        len -= (size_t)n;
    }
    return true;
}

char *read_fd(int fd, size_t max, size_t *len)
{
    size_t used = 0, size = 4096;
    char *data = malloc(size);

    while (data) {
        ssize_t n = read(fd, data + used, size - used - 1);

        if (n < 0) {
            if (errno == EINTR) {
                continue;
            }
            break;
        }
        if (n == 0) {
            data[used] = '\0';
            if (len) {
                *len = used;
            }
            return data;
        }
        used += (size_t)n;
        if (used > max) {
            errno = EFBIG;
            break;
        }
        if (size - used < 2) {
            char *more = realloc(data, size * 2);

            if (!more) {
                break;
            }
            data = more;
            size *= 2;
        }
    }
    free(data);
    return NULL;
}

char *read_file(int dirfd, const char *path, size_t max, size_t *len)
{
    int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    char *data;

    if (fd < 0) {
        return NULL;
    }
    data = read_fd(fd, max, len);
    close_fd(&fd);
    return data;
}

bool replace_file(const char *path, const void *data, size_t len, mode_t mode)
{
    char temporary[PATH_MAX];
    int n = snprintf(temporary, sizeof(temporary), "%s.orthus", path);
    int fd;
    bool ok;

    if (n < 0 || (size_t)n >= sizeof(temporary)) {
        errno = ENAMETOOLONG;
        return false;
    }
    fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
              mode);
    if (fd < 0) {
        return false;
    }
    ok = fchmod(fd, mode) == 0 && write_all(fd, data, len) && fsync(fd) == 0;
    close_fd(&fd);
    if (!ok || rename(temporary, path) < 0) {
        int saved = errno;

        (void)unlink(temporary);
        errno = saved;
        return false;
    }
    return true;
}

bool move_file(const char *from, const char *to)
{
    char *data;
    size_t len;
    struct stat st;
    bool ok;

    if (rename(from, to) == 0) {
        return true;
    }
    if (errno != EXDEV || stat(from, &st) < 0) {
        return false;
    }
    data = read_file(AT_FDCWD, from, MOVE_MAX, &len);
    if (!data) {
        return false;
    }
    ok = replace_file(to, data, len, st.st_mode & 07777);
    free(data);
    return ok && unlink(from) == 0;
}

void emit(json_t *object)
{
    static pthread_mutex_t one_line_at_a_time = PTHREAD_MUTEX_INITIALIZER;
    struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };
    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
    char *line = NULL;
    size_t len = text ? strlen(text) : 0;

    json_decref(object);
    if (text) {
        line = realloc(text, len + 2);
    }
    if (!line) {
        free(text);
        return;
    }
    line[len] = '\n';
    pthread_mutex_lock(&one_line_at_a_time);
    /*
     * A pipe that polls writable takes PIPE_BUF bytes without blocking, and
     * our lines are shorter; a reader that stands still must not hold up a
     * guest that stands still.
     */
    if (poll(&out, 1, 0) == 1 && (out.revents & POLLOUT)) {
        (void)write_all(STDOUT_FILENO, line, len + 1);
    }
    pthread_mutex_unlock(&one_line_at_a_time);
    free(line);
}
