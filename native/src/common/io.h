/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_IO_H
#define ORTHUS_IO_H

#include "error.h"

#include <jansson.h>
#include <stddef.h>
#include <sys/types.h>

/* Close *@fd unless it is negative, and make it -1. errno is kept. */
void close_fd(int *fd);

/* Write all of @data, whatever write(2) takes at a time. False: see errno. */
bool write_all(int fd, const void *data, size_t len);

/*
 * Read @path (relative to @dirfd, which may be AT_FDCWD) into memory that the
 * caller frees; a NUL follows the data. More than @max bytes is EFBIG.
 * Returns NULL with errno set on failure; *@len may be NULL.
 */
char *read_file(int dirfd, const char *path, size_t max, size_t *len);

/* The same for an open descriptor, up to its end of file. */
char *read_fd(int fd, size_t max, size_t *len);

/*
 * Replace @path by a file with @data as its content, so that a reader sees the
 * old or the new one, never a part: written beside it, synced, renamed.
 */
bool replace_file(const char *path, const void *data, size_t len, mode_t mode);

/*
 * Rename @from to @to; where they are on different file systems, copy it with
 * replace_file() and remove @from. False: see errno.
 */
bool move_file(const char *from, const char *to);

/*
 * Write @object, which is consumed, as one line to standard output. Several
 * threads may call it. Nobody waits for a reader: when there is none, or it
 * does not read, the line is dropped.
 */
void emit(json_t *object);

#endif
