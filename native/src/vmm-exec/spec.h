/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_VMM_EXEC_SPEC_H
#define ORTHUS_VMM_EXEC_SPEC_H

#include "error.h"
#include "proc.h"

#include <jansson.h>
#include <stddef.h>

/* Descriptor @source of the process to be like becomes @target. */
struct fd_taken {
    int source;
    int target;
};

/* @path, opened afresh, becomes @target. */
struct fd_opened {
    const char *path;
    int target;
};

/* What is asked for. Strings belong to @root. */
struct spec {
    json_t *root;
    struct process like;
    const char *emulator;
    const char **argv;        /* ends with NULL */
    json_t *env;              /* object of strings and nulls */
    struct fd_taken *taken;   /* 0, 1 and 2 come first, always */
    size_t n_taken;
    struct fd_opened *opened; /* inside the namespaces of the old process */
    size_t n_opened;
    struct fd_opened *opened_on_host;
    size_t n_opened_on_host;
    int last_target;          /* the highest of all targets */
    const char *lease;
    const char *record;
    const char *uncommitted;  /* lock file that libvirtd waits for */
    struct process daemon;    /* libvirtd */
};

/* Read the document. What is there is freed by spec_free() in either case. */
bool spec_parse(struct spec *spec, const char *text, size_t len,
                struct error *err);
void spec_free(struct spec *spec);

#endif
