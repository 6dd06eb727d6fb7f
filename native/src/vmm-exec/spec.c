/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "spec.h"

#include "document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEP "document"
#define MAX_ARGUMENTS 65536
#define MAX_FDS 4096
#define MAX_FD_NUMBER 65535

static bool parse_argv(struct spec *spec, struct error *err)
{
    json_t *array, *value;
    size_t i;

    if (!document_array(spec->root, "document", "argv", MAX_ARGUMENTS, &array,
                        err)) {
        return false;
    }
    if (json_array_size(array) == 0) {
        return fail(err, STEP, "document.argv must not be empty");
    }
    spec->argv = calloc(json_array_size(array) + 1, sizeof(*spec->argv));
    if (!spec->argv) {
        return fail_errno(err, STEP, "document.argv");
    }
    json_array_foreach(array, i, value) {
        if (!json_is_string(value)) {
            return fail(err, STEP, "document.argv[%zu] must be a string", i);
        }
        spec->argv[i] = json_string_value(value);
    }
    return true;
}

static bool parse_env(struct spec *spec, struct error *err)
{
    const char *name;
    json_t *env, *value;

    if (!document_object(spec->root, "document", "env", &env, err)) {
        return false;
    }
    spec->env = env;
    json_object_foreach(env, name, value) {
        if (!*name || strchr(name, '=')) {
            return fail(err, STEP, "\"%.64s\" in document.env is no name of a "
                        "variable", name);
        }
        if (!json_is_string(value) && !json_is_null(value)) {
            return fail(err, STEP, "document.env.%.64s must be a string or "
                        "null", name);
        }
    }
    return true;
}

/* A target is free for one descriptor, and 0 to 2 are those of the old process. */
static bool claim_target(struct spec *spec, json_int_t target,
                         const char *where, struct error *err)
{
    for (size_t i = 0; i < spec->n_taken; i++) {
        if (spec->taken[i].target == target) {
            return fail(err, STEP, "%s.target %d is taken already", where,
                        (int)target);
        }
    }
    for (size_t i = 0; i < spec->n_opened; i++) {
        if (spec->opened[i].target == target) {
            return fail(err, STEP, "%s.target %d is taken already", where,
                        (int)target);
        }
    }
    for (size_t i = 0; i < spec->n_opened_on_host; i++) {
        if (spec->opened_on_host[i].target == target) {
            return fail(err, STEP, "%s.target %d is taken already", where,
                        (int)target);
        }
    }
    if (target > spec->last_target) {
        spec->last_target = (int)target;
    }
    return true;
}

static bool parse_fds(struct spec *spec, struct error *err)
{
    static const char *const known[] = { "source", "target", NULL };
    json_t *array, *value;
    size_t i;

    if (!document_array(spec->root, "document", "fds", MAX_FDS, &array, err)) {
        return false;
    }
    spec->taken = calloc(json_array_size(array) + 3, sizeof(*spec->taken));
    if (!spec->taken) {
        return fail_errno(err, STEP, "document.fds");
    }
    for (int fd = 0; fd <= 2; fd++) {
        spec->taken[fd] = (struct fd_taken){ fd, fd };
    }
    spec->n_taken = 3;
    spec->last_target = 2;
    json_array_foreach(array, i, value) {
        json_int_t source, target;
        char where[48];

        snprintf(where, sizeof(where), "document.fds[%zu]", i);
        if (!document_known(value, where, known, err) ||
            !document_integer(value, where, "source", 0, MAX_FD_NUMBER, &source,
                              err) ||
            !document_integer(value, where, "target", 0, MAX_FD_NUMBER, &target,
                              err) ||
            !claim_target(spec, target, where, err)) {
            return false;
        }
        spec->taken[spec->n_taken++] =
            (struct fd_taken){ (int)source, (int)target };
    }
    return true;
}

static bool parse_open(struct spec *spec, const char *name,
                       struct fd_opened **opened, size_t *n, struct error *err)
{
    static const char *const known[] = { "path", "target", NULL };
    json_t *array, *value;
    size_t i;

    if (!document_array(spec->root, "document", name, MAX_FDS, &array, err)) {
        return false;
    }
    *opened = calloc(json_array_size(array) + 1, sizeof(**opened));
    if (!*opened) {
        return fail_errno(err, STEP, "document.%s", name);
    }
    json_array_foreach(array, i, value) {
        json_int_t target;
        const char *path;
        char where[48];

        snprintf(where, sizeof(where), "document.%s[%zu]", name, i);
        if (!document_known(value, where, known, err) ||
            !document_path(value, where, "path", &path, err) ||
            !document_integer(value, where, "target", 0, MAX_FD_NUMBER, &target,
                              err) ||
            !claim_target(spec, target, where, err)) {
            return false;
        }
        (*opened)[(*n)++] = (struct fd_opened){ path, (int)target };
    }
    return true;
}

bool spec_parse(struct spec *spec, const char *text, size_t len,
                struct error *err)
{
    static const char *const known[] = {
        "like", "emulator", "argv", "env", "fds", "open",
        "openOnHost", "lease", "record", "uncommitted", "daemon", NULL
    };

    memset(spec, 0, sizeof(*spec));
    spec->root = document_parse(text, len, err);
    return spec->root &&
           document_known(spec->root, "document", known, err) &&
           document_process(spec->root, "document", "like", &spec->like, err) &&
           document_path(spec->root, "document", "emulator", &spec->emulator,
                         err) &&
           parse_argv(spec, err) &&
           parse_env(spec, err) &&
           parse_fds(spec, err) &&
           parse_open(spec, "open", &spec->opened, &spec->n_opened, err) &&
           parse_open(spec, "openOnHost", &spec->opened_on_host,
                      &spec->n_opened_on_host, err) &&
           document_path(spec->root, "document", "lease", &spec->lease, err) &&
           document_path(spec->root, "document", "record", &spec->record,
                         err) &&
           document_path(spec->root, "document", "uncommitted",
                         &spec->uncommitted, err) &&
           document_process(spec->root, "document", "daemon", &spec->daemon,
                            err);
}

void spec_free(struct spec *spec)
{
    free(spec->argv);
    free(spec->taken);
    free(spec->opened);
    free(spec->opened_on_host);
    json_decref(spec->root);
    memset(spec, 0, sizeof(*spec));
}
