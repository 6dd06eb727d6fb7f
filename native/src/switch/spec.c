/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "spec.h"

#include "document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#define STEP "document"
#define MAX_VMS 4096
#define MAX_COMMANDS 256
#define MAX_THREADS 8192
#define MAX_DEADLINE_MS 600000
#define MAX_TID 4194304
#define UUID_LENGTH 36

/* An array of {"execute": "...", "arguments": {...}}. */
static bool parse_commands(json_t *object, const char *where, const char *name,
                           json_t **commands, struct error *err)
{
    static const char *const known[] = { "execute", "arguments", NULL };
    json_t *command;
    size_t i;

    if (!document_array(object, where, name, MAX_COMMANDS, commands, err)) {
        return false;
    }
    json_array_foreach(*commands, i, command) {
        const json_t *arguments = json_object_get(command, "arguments");
        const char *execute;
        char here[96];

        snprintf(here, sizeof(here), "%s.%s[%zu]", where, name, i);
        if (!document_known(command, here, known, err) ||
            !document_string(command, here, "execute", &execute, err)) {
            return false;
        }
        if (arguments && !json_is_object(arguments)) {
            return fail(err, STEP, "%s.arguments must be an object", here);
        }
    }
    return true;
}

static bool parse_threads(json_t *object, const char *where,
                          struct vm_spec *vm, struct error *err)
{
    static const char *const known[] = { "old", "new", NULL };
    json_t *array, *pair;
    size_t i;

    if (!json_object_get(object, "threads")) {
        return true;
    }
    if (!document_array(object, where, "threads", MAX_THREADS, &array, err)) {
        return false;
    }
    vm->threads = calloc(json_array_size(array) + 1, sizeof(*vm->threads));
    if (!vm->threads) {
        return fail_errno(err, STEP, "%s.threads", where);
    }
    json_array_foreach(array, i, pair) {
        json_int_t old, new;
        char here[96];

        snprintf(here, sizeof(here), "%s.threads[%zu]", where, i);
        if (!document_known(pair, here, known, err) ||
            !document_integer(pair, here, "old", 2, MAX_TID, &old, err) ||
            !document_integer(pair, here, "new", 2, MAX_TID, &new, err)) {
            return false;
        }
        vm->threads[vm->n_threads++] =
            (struct thread_pair){ (pid_t)old, (pid_t)new };
    }
    return true;
}

static bool parse_expect(json_t *object, const char *where,
                         struct vm_spec *vm, struct error *err)
{
    const char *expect;

    if (!document_string(object, where, "expect", &expect, err)) {
        return false;
    }
    vm->expect_running = !strcmp(expect, "running");
    return vm->expect_running || !strcmp(expect, "paused") ||
           fail(err, STEP, "%s.expect must be \"running\" or \"paused\"",
                where);
}

static bool parse_status(json_t *object, const char *where,
                         struct vm_spec *vm, struct error *err)
{
    static const char *const known[] = { "live", "base", "next", NULL };
    json_t *status;
    char here[96];

    snprintf(here, sizeof(here), "%s.status", where);
    return document_object(object, where, "status", &status, err) &&
           document_known(status, here, known, err) &&
           document_path(status, here, "live", &vm->status_live, err) &&
           document_path(status, here, "base", &vm->status_base, err) &&
           document_path(status, here, "next", &vm->status_next, err);
}

static bool parse_monitor(json_t *object, const char *where,
                          struct vm_spec *vm, struct error *err)
{
    return document_path(object, where, "monitor", &vm->monitor, err) &&
           (strlen(vm->monitor) <
                sizeof(((struct sockaddr_un *)0)->sun_path) ||
            fail(err, STEP, "%s.monitor is too long for a UNIX socket", where));
}

/* As libvirt writes it; it goes into every line about the VM. */
static bool parse_uuid(json_t *object, const char *where, struct vm_spec *vm,
                       struct error *err)
{
    return document_string(object, where, "uuid", &vm->uuid, err) &&
           ((strlen(vm->uuid) == UUID_LENGTH &&
             strspn(vm->uuid, "0123456789abcdefABCDEF-") == UUID_LENGTH) ||
            fail(err, STEP, "%s.uuid is no UUID", where));
}

/* Absent means false. */
static bool parse_flag(const json_t *object, const char *where,
                       const char *name, bool *flag, struct error *err)
{
    const json_t *value = json_object_get(object, name);

    *flag = json_is_true(value);
    return !value || json_is_boolean(value) ||
           fail(err, STEP, "%s.%s must be true or false", where, name);
}

static bool parse_vm(json_t *object, const char *where, struct vm_spec *vm,
                     struct error *err)
{
    static const char *const known[] = {
        "uuid", "name", "old", "new", "monitor", "lease", "expect", "startNew",
        "startOld", "rollbackOld", "afterNew", "status", "pidfile", "outcome",
        "threads", "stopsEarly", NULL
    };

    return document_known(object, where, known, err) &&
           parse_uuid(object, where, vm, err) &&
           document_string(object, where, "name", &vm->name, err) &&
           document_process(object, where, "old", &vm->old, err) &&
           document_process(object, where, "new", &vm->new, err) &&
           (vm->old.pid != vm->new.pid ||
            fail(err, STEP, "%s.old and %s.new are the same process", where,
                 where)) &&
           parse_monitor(object, where, vm, err) &&
           document_path(object, where, "lease", &vm->lease, err) &&
           parse_expect(object, where, vm, err) &&
           parse_flag(object, where, "stopsEarly", &vm->stops_early, err) &&
           parse_commands(object, where, "startNew", &vm->start_new, err) &&
           parse_commands(object, where, "startOld", &vm->start_old, err) &&
           parse_commands(object, where, "rollbackOld", &vm->rollback_old,
                          err) &&
           parse_commands(object, where, "afterNew", &vm->after_new, err) &&
           parse_status(object, where, vm, err) &&
           document_path(object, where, "pidfile", &vm->pidfile, err) &&
           document_path(object, where, "outcome", &vm->outcome, err) &&
           parse_threads(object, where, vm, err);
}

/* Two entries for one process would kill it and commit it. */
static bool is_new_vm(const struct spec *spec, const struct vm_spec *vm,
                      const char *where, struct error *err)
{
    for (size_t i = 0; i < spec->n_vms; i++) {
        const struct vm_spec *other = &spec->vms[i];

        if (!strcmp(vm->uuid, other->uuid) || vm->old.pid == other->old.pid ||
            vm->old.pid == other->new.pid || vm->new.pid == other->old.pid ||
            vm->new.pid == other->new.pid) {
            return fail(err, STEP, "%s is the same VM as document.vms[%zu], "
                        "or shares a process with it", where, i);
        }
    }
    return true;
}

static bool parse_vms(struct spec *spec, struct error *err)
{
    json_t *array, *object;
    size_t i;

    if (!document_array(spec->root, "document", "vms", MAX_VMS, &array, err)) {
        return false;
    }
    if (json_array_size(array) == 0) {
        return fail(err, STEP, "document.vms must not be empty");
    }
    spec->vms = calloc(json_array_size(array), sizeof(*spec->vms));
    if (!spec->vms) {
        return fail_errno(err, STEP, "document.vms");
    }
    json_array_foreach(array, i, object) {
        struct vm_spec *vm = &spec->vms[i];
        char where[48];
        bool ok;

        snprintf(where, sizeof(where), "document.vms[%zu]", i);
        ok = parse_vm(object, where, vm, err) &&
             is_new_vm(spec, vm, where, err);
        spec->n_vms++; /* even so: spec_free() has to see its threads */
        if (!ok) {
            return false;
        }
    }
    return true;
}

static bool parse_daemon(struct spec *spec, struct error *err)
{
    const json_t *daemon = json_object_get(spec->root, "daemon");

    spec->has_daemon = !json_is_null(daemon);
    return !spec->has_daemon ||
           document_process(spec->root, "document", "daemon", &spec->daemon,
                            err);
}

bool spec_parse(struct spec *spec, const char *text, size_t len,
                struct error *err)
{
    static const char *const known[] = {
        "gate", "daemon", "statusDir", "deadlineMs", "resolve", "vms", NULL
    };
    json_int_t deadline_ms = 0;
    bool ok;

    memset(spec, 0, sizeof(*spec));
    spec->root = document_parse(text, len, err);
    ok = spec->root &&
         document_known(spec->root, "document", known, err) &&
         document_path(spec->root, "document", "gate", &spec->gate, err) &&
         parse_daemon(spec, err) &&
         document_path(spec->root, "document", "statusDir", &spec->status_dir,
                       err) &&
         document_integer(spec->root, "document", "deadlineMs", 1,
                          MAX_DEADLINE_MS, &deadline_ms, err) &&
         parse_flag(spec->root, "document", "resolve", &spec->resolve, err) &&
         parse_vms(spec, err);
    spec->deadline_ms = deadline_ms;
    return ok;
}

void spec_free(struct spec *spec)
{
    for (size_t i = 0; i < spec->n_vms; i++) {
        free(spec->vms[i].threads);
    }
    free(spec->vms);
    json_decref(spec->root);
    memset(spec, 0, sizeof(*spec));
}
