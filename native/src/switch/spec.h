/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_SWITCH_SPEC_H
#define ORTHUS_SWITCH_SPEC_H

#include "error.h"
#include "proc.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Thread @new gets the control groups and scheduling of thread @old. */
struct thread_pair {
    pid_t old;
    pid_t new;
};

/* What is asked for one VM. Strings and arrays belong to the document. */
struct vm_spec {
    const char *uuid;
    const char *name;
    struct process old;
    struct process new;
    const char *monitor;
    const char *lease;
    bool expect_running;
    bool stops_early; /* the guest may stand still before the window opens */
    json_t *start_new;    /* arrays of QMP commands */
    json_t *start_old;
    json_t *rollback_old;
    json_t *after_new;
    const char *status_live;
    const char *status_base;
    const char *status_next;
    const char *pidfile;
    const char *outcome;
    struct thread_pair *threads;
    size_t n_threads;
};

struct spec {
    json_t *root;
    const char *gate;
    struct process daemon;
    bool has_daemon;
    const char *status_dir;
    int64_t deadline_ms;
    bool resolve;
    struct vm_spec *vms;
    size_t n_vms;
};

/* Read the document. What is there is freed by spec_free() in either case. */
bool spec_parse(struct spec *spec, const char *text, size_t len,
                struct error *err);
void spec_free(struct spec *spec);

#endif
