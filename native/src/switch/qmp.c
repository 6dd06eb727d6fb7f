/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "qmp.h"

#include "clock.h"
#include "io.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define STEP "monitor"
#define LINE_MAX_BYTES (16 * 1024 * 1024)
#define CHUNK 16384
#define MIGRATION_ID "migration"

void qmp_init(struct qmp *qmp, const char *who)
{
    memset(qmp, 0, sizeof(*qmp));
    qmp->fd = -1;
    qmp->who = who;
}

void qmp_close(struct qmp *qmp)
{
    close_fd(&qmp->fd);
    free(qmp->buffer);
    json_decref(qmp->reply);
    qmp->buffer = NULL;
    qmp->reply = NULL;
    qmp->used = qmp->size = 0;
    qmp->greeted = false;
}

static int64_t timestamp_ns(const json_t *message)
{
    const json_t *stamp = json_object_get(message, "timestamp");

    return json_integer_value(json_object_get(stamp, "seconds")) *
               INT64_C(1000000000) +
           json_integer_value(json_object_get(stamp, "microseconds")) *
               INT64_C(1000);
}

static void note_migration(struct qmp *qmp, const json_t *holder)
{
    const char *status =
        json_string_value(json_object_get(holder, "status"));

    if (status) {
        snprintf(qmp->migration, sizeof(qmp->migration), "%s", status);
    }
}

static void note_event(struct qmp *qmp, const char *event,
                       const json_t *message)
{
    if (!strcmp(event, "STOP")) {
        qmp->stop_ns = timestamp_ns(message);
    } else if (!strcmp(event, "RESUME")) {
        qmp->resume_ns = timestamp_ns(message);
        qmp->resumed = true;
    } else if (!strcmp(event, "MIGRATION")) {
        note_migration(qmp, json_object_get(message, "data"));
    }
}

static bool understand(struct qmp *qmp, const char *line, size_t len,
                       struct error *err)
{
    json_t *message = json_loadb(line, len, 0, NULL);
    const char *event = json_string_value(json_object_get(message, "event"));
    const json_t *id = json_object_get(message, "id");

    if (!json_is_object(message)) {
        json_decref(message);
        return fail(err, STEP, "%s sent something that is not QMP", qmp->who);
    }
    if (event) {
        note_event(qmp, event, message);
    } else if (json_object_get(message, "QMP")) {
        qmp->greeted = true;
    } else if (json_is_string(id)) {
        note_migration(qmp, json_object_get(message, "return"));
    } else if (!qmp->reply &&
               (!id || json_integer_value(id) == qmp->last_id)) {
        /* An error without id: QEMU could not even read the command. */
        qmp->reply = json_incref(message);
    }
    json_decref(message);
    return true;
}

static bool understand_lines(struct qmp *qmp, size_t from, struct error *err)
{
    size_t begin = 0;
    char *end;

    while (from < qmp->used &&
           (end = memchr(qmp->buffer + from, '\n', qmp->used - from))) {
        size_t len = (size_t)(end - qmp->buffer) - begin;

        if (len > 1 && !understand(qmp, qmp->buffer + begin, len, err)) {
            return false;
        }
        begin = from = begin + len + 1;
    }
    memmove(qmp->buffer, qmp->buffer + begin, qmp->used - begin);
    qmp->used -= begin;
    return true;
}

static bool make_room(struct qmp *qmp)
{
    char *more;

    if (qmp->size - qmp->used >= CHUNK) {
        return true;
    }
    if (qmp->size > LINE_MAX_BYTES) {
        errno = EMSGSIZE;
        return false;
    }
    more = realloc(qmp->buffer, qmp->size * 2 + CHUNK);
    if (!more) {
        return false;
    }
    qmp->buffer = more;
    qmp->size = qmp->size * 2 + CHUNK;
    return true;
}

bool qmp_receive(struct qmp *qmp, struct error *err)
{
    while (qmp->fd >= 0) {
        size_t before = qmp->used;
        ssize_t n;

        if (!make_room(qmp)) {
            return fail_errno(err, STEP, "a message of %s", qmp->who);
        }
        n = recv(qmp->fd, qmp->buffer + before, CHUNK, MSG_DONTWAIT);
        if (n > 0) {
            qmp->used += (size_t)n;
            if (!understand_lines(qmp, before, err)) {
                return false;
            }
        } else if (n < 0 && errno == EAGAIN) {
            return true;
        } else if (n == 0 || errno != EINTR) {
            break;
        }
    }
    return fail(err, STEP, "%s closed its monitor", qmp->who);
}

static bool wait_for(struct qmp *qmp, short events, int64_t deadline,
                     const char *what, struct error *err)
{
    struct pollfd fd = { .fd = qmp->fd, .events = events };
    int n;

    do {
        n = poll(&fd, 1, deadline_left_ms(deadline));
    } while (n < 0 && errno == EINTR);
    if (n < 0) {
        return fail_errno(err, STEP, "waiting for %s", qmp->who);
    }
    return n == 1 || fail(err, STEP, "%s did not answer to %s in time",
                          qmp->who, what);
}

static bool send_message(struct qmp *qmp, const json_t *message,
                         const char *what, int64_t deadline, struct error *err)
{
    char *text = json_dumps(message, JSON_COMPACT);
    size_t len, sent = 0;
    bool ok = true;

    if (!text) {
        return fail(err, STEP, "no memory for %s", what);
    }
    len = strlen(text);
    text[len] = '\n'; /* in place of its NUL: the text goes out by length */
    while (ok && sent <= len) {
        ssize_t n = send(qmp->fd, text + sent, len + 1 - sent,
                         MSG_DONTWAIT | MSG_NOSIGNAL);

        if (n >= 0) {
            sent += (size_t)n;
        } else if (errno == EAGAIN) {
            ok = wait_for(qmp, POLLOUT, deadline, what, err);
        } else if (errno != EINTR) {
            ok = fail_errno(err, STEP, "%s cannot be sent to %s", what,
                            qmp->who);
        }
    }
    free(text);
    return ok;
}

static bool send_command(struct qmp *qmp, json_t *command, json_t *id,
                         int64_t deadline, struct error *err)
{
    const char *what =
        json_string_value(json_object_get(command, "execute"));
    json_t *message = json_copy(command);
    bool ok = qmp->fd >= 0 ||
              fail(err, STEP, "%s is not connected", qmp->who);

    if (ok && (!message || json_object_set(message, "id", id) < 0)) {
        ok = fail(err, STEP, "no memory for %s", what);
    }
    ok = ok && send_message(qmp, message, what, deadline, err);
    json_decref(message);
    json_decref(id);
    return ok;
}

/* Does @text repeat one of the strings in @arguments? */
static bool repeats(const char *text, json_t *arguments)
{
    const char *name;
    json_t *value;
    size_t i;

    if (json_is_string(arguments)) {
        return strstr(text, json_string_value(arguments)) != NULL;
    }
    json_object_foreach(arguments, name, value) {
        if (repeats(text, value)) {
            return true;
        }
    }
    json_array_foreach(arguments, i, value) {
        if (repeats(text, value)) {
            return true;
        }
    }
    return false;
}

static void explain(struct qmp *qmp, const char *what, json_t *arguments,
                    struct error *err)
{
    const json_t *error = json_object_get(qmp->reply, "error");
    const char *text = json_string_value(json_object_get(error, "desc"));

    /* An argument may be a password, which must not get into any log. */
    if (text && repeats(text, arguments)) {
        text = "(QEMU's words are left out, they repeat an argument)";
    }
    fail(err, STEP, "%s refused %s: %s", qmp->who, what,
         text ? text : "no reason given");
}

/* Wait until the greeting, or the reply to the last command, is there. */
static bool await(struct qmp *qmp, bool greeting, const char *what,
                  int64_t deadline, struct error *err)
{
    for (;;) {
        bool open = qmp_receive(qmp, err);

        /* What came before the end of file counts. */
        if (greeting ? qmp->greeted : qmp->reply != NULL) {
            return true;
        }
        if (!open || !wait_for(qmp, POLLIN, deadline, what, err)) {
            return false;
        }
    }
}

static void new_command(struct qmp *qmp)
{
    json_decref(qmp->reply);
    qmp->reply = NULL;
    qmp->last_id++;
}

json_t *qmp_execute(struct qmp *qmp, json_t *command, int64_t deadline,
                    struct error *err)
{
    const char *what =
        json_string_value(json_object_get(command, "execute"));
    json_t *result;

    new_command(qmp);
    if (!send_command(qmp, command, json_integer(qmp->last_id), deadline,
                      err) ||
        !await(qmp, false, what, deadline, err)) {
        return NULL;
    }
    result = json_incref(json_object_get(qmp->reply, "return"));
    if (!result) {
        explain(qmp, what, json_object_get(command, "arguments"), err);
    }
    return result;
}

static json_t *execute_plain(struct qmp *qmp, const char *name,
                             int64_t deadline, struct error *err)
{
    json_t *command = json_pack("{s:s}", "execute", name);
    json_t *result = NULL;

    if (!command) {
        fail(err, STEP, "no memory for %s", name);
    } else {
        result = qmp_execute(qmp, command, deadline, err);
    }
    json_decref(command);
    return result;
}

bool qmp_run(struct qmp *qmp, const char *command, int64_t deadline,
             struct error *err)
{
    json_t *result = execute_plain(qmp, command, deadline, err);

    json_decref(result);
    return result != NULL;
}

bool qmp_run_all(struct qmp *qmp, json_t *commands, int64_t deadline,
                 struct error *err)
{
    json_t *command;
    size_t i;

    json_array_foreach(commands, i, command) {
        json_t *result = qmp_execute(qmp, command, deadline, err);

        if (!result) {
            return false;
        }
        json_decref(result);
    }
    return true;
}

bool qmp_start(struct qmp *qmp, const char *command, int64_t deadline,
               struct error *err)
{
    json_t *message = json_pack("{s:s}", "execute", command);
    bool ok;

    new_command(qmp);
    ok = message ? send_command(qmp, message, json_integer(qmp->last_id),
                                deadline, err)
                 : fail(err, STEP, "no memory for %s", command);
    json_decref(message);
    return ok;
}

int qmp_answered(struct qmp *qmp, const char *command, struct error *err)
{
    if (!qmp->reply) {
        return 0;
    }
    if (json_object_get(qmp->reply, "return")) {
        return 1;
    }
    explain(qmp, command, NULL, err);
    return -1;
}

bool qmp_ask_migration(struct qmp *qmp, int64_t deadline, struct error *err)
{
    json_t *command = json_pack("{s:s}", "execute", "query-migrate");
    bool ok = command ? send_command(qmp, command, json_string(MIGRATION_ID),
                                     deadline, err)
                      : fail(err, STEP, "no memory for query-migrate");

    json_decref(command);
    return ok;
}

bool qmp_run_state(struct qmp *qmp, char *status, size_t size,
                   int64_t deadline, struct error *err)
{
    json_t *result = execute_plain(qmp, "query-status", deadline, err);
    const char *text = json_string_value(json_object_get(result, "status"));
    bool ok = text != NULL;

    if (ok) {
        snprintf(status, size, "%s", text);
    } else if (result) {
        fail(err, STEP, "%s gave no run state", qmp->who);
    }
    json_decref(result);
    return ok;
}

static int open_socket(const char *path, const char *who, int64_t deadline,
                       struct error *err)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    while (fd >= 0 &&
           connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
        /* EAGAIN: others wait to be accepted, and the queue is full. */
        if ((errno != EAGAIN && errno != EINTR) ||
            deadline_left_ms(deadline) == 0) {
            close_fd(&fd);
        } else {
            pause_ms(1);
        }
    }
    if (fd < 0) {
        fail_errno(err, STEP, "the monitor of %s, %s", who, path);
    }
    return fd;
}

bool qmp_connect(struct qmp *qmp, const char *path, int64_t deadline,
                 struct error *err)
{
    qmp_close(qmp);
    qmp->fd = open_socket(path, qmp->who, deadline, err);
    return qmp->fd >= 0 &&
           await(qmp, true, "a connection", deadline, err) &&
           qmp_run(qmp, "qmp_capabilities", deadline, err);
}
