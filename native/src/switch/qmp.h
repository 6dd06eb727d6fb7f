/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_SWITCH_QMP_H
#define ORTHUS_SWITCH_QMP_H

#include "error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One connection to a QEMU monitor. Not thread-safe: each belongs to one
 * thread. What events tell is kept here as it comes in, whichever call reads it.
 */
struct qmp {
    const char *who;       /* "the new QEMU", for messages */
    int fd;                /* -1: not connected */
    char *buffer;          /* received and not yet understood */
    size_t used;
    size_t size;
    json_int_t last_id;
    json_t *reply;         /* to last_id, once it is there */
    bool greeted;
    bool resumed;          /* a RESUME event was seen: guest code may have run */
    int64_t stop_ns;       /* time stamps of QEMU's last STOP and RESUME, */
    int64_t resume_ns;     /* CLOCK_REALTIME nanoseconds; 0: none */
    char migration[32];    /* last migration status heard of; may be empty */
};

void qmp_init(struct qmp *qmp, const char *who);
void qmp_close(struct qmp *qmp);

/* Connect to the monitor socket @path and negotiate capabilities. */
bool qmp_connect(struct qmp *qmp, const char *path, int64_t deadline,
                 struct error *err);

/*
 * Execute {"execute": ..., "arguments": ...} and return what it returns, for
 * the caller to free, or NULL. The message never holds an argument's value.
 */
json_t *qmp_execute(struct qmp *qmp, json_t *command, int64_t deadline,
                    struct error *err);

/* The same for a command without arguments, whose result nobody needs. */
bool qmp_run(struct qmp *qmp, const char *command, int64_t deadline,
             struct error *err);

/* Execute each of @commands; stops at the first that fails. */
bool qmp_run_all(struct qmp *qmp, json_t *commands, int64_t deadline,
                 struct error *err);

/* Send @command and do not wait; the answer comes to qmp_answered(). */
bool qmp_start(struct qmp *qmp, const char *command, int64_t deadline,
               struct error *err);

/* 1: qmp_start()'s command succeeded, 0: no answer yet, -1: it failed. */
int qmp_answered(struct qmp *qmp, const char *command, struct error *err);

/* Ask for the migration status; the answer appears in qmp->migration. */
bool qmp_ask_migration(struct qmp *qmp, int64_t deadline, struct error *err);

/* Take in all that has arrived, without waiting. False at end of file. */
bool qmp_receive(struct qmp *qmp, struct error *err);

/* "running", "paused", ... in @status. */
bool qmp_run_state(struct qmp *qmp, char *status, size_t size,
                   int64_t deadline, struct error *err);

#endif
