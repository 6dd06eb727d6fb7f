/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "document.h"

#include <limits.h>
#include <string.h>

#define STEP "document"
#define PID_LIMIT 4194304 /* the kernel's PID_MAX_LIMIT */

json_t *document_parse(const char *text, size_t len, struct error *err)
{
    json_error_t why;
    json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);

    if (!root) {
        /* Not why.text: it quotes the input, which may hold a password. */
        fail(err, STEP, "not a JSON document: error at line %d, column %d",
             why.line, why.column);
    }
    return root;
}

bool document_known(json_t *object, const char *where,
                    const char *const *known, struct error *err)
{
    const char *name;
    json_t *value;

    if (!json_is_object(object)) {
        return fail(err, STEP, "%s must be an object", where);
    }
    json_object_foreach(object, name, value) {
        size_t i = 0;

        while (known[i] && strcmp(known[i], name)) {
            i++;
        }
        if (!known[i]) {
            return fail(err, STEP, "%s has an unknown member \"%.64s\"", where,
                        name);
        }
    }
    return true;
}

bool document_object(const json_t *object, const char *where, const char *name,
                     json_t **value, struct error *err)
{
    *value = json_object_get(object, name);
    return json_is_object(*value) ||
           fail(err, STEP, "%s.%s must be an object", where, name);
}

bool document_array(const json_t *object, const char *where, const char *name,
                    size_t max, json_t **value, struct error *err)
{
    *value = json_object_get(object, name);
    if (!json_is_array(*value)) {
        return fail(err, STEP, "%s.%s must be an array", where, name);
    }
    return json_array_size(*value) <= max ||
           fail(err, STEP, "%s.%s has more than %zu elements", where, name, max);
}

bool document_string(const json_t *object, const char *where, const char *name,
                     const char **value, struct error *err)
{
    *value = json_string_value(json_object_get(object, name));
    return (*value && **value) ||
           fail(err, STEP, "%s.%s must be a string that is not empty", where,
                name);
}

bool document_integer(const json_t *object, const char *where, const char *name,
                      json_int_t min, json_int_t max, json_int_t *value,
                      struct error *err)
{
    const json_t *found = json_object_get(object, name);

    *value = json_integer_value(found);
    return (json_is_integer(found) && *value >= min && *value <= max) ||
           fail(err, STEP, "%s.%s must be a whole number from %lld to %lld",
                where, name, (long long)min, (long long)max);
}

static bool plain_absolute(const char *path)
{
    if (path[0] != '/' || strlen(path) >= PATH_MAX) {
        return false;
    }
    while (*path) {
        size_t len = strcspn(++path, "/");

        if (len == 0 || (len == 1 && path[0] == '.') ||
            (len == 2 && path[0] == '.' && path[1] == '.')) {
            return false;
        }
        path += len;
    }
    return true;
}

bool document_path(const json_t *object, const char *where, const char *name,
                   const char **value, struct error *err)
{
    return document_string(object, where, name, value, err) &&
           (plain_absolute(*value) ||
            fail(err, STEP, "%s.%s must be an absolute path without \".\", "
                 "\"..\" or empty components", where, name));
}

bool document_process(const json_t *object, const char *where, const char *name,
                      struct process *value, struct error *err)
{
    static const char *const known[] = { "pid", "starttime", NULL };
    json_int_t pid, starttime;
    json_t *found;

    if (!document_object(object, where, name, &found, err) ||
        !document_known(found, name, known, err) ||
        !document_integer(found, name, "pid", 2, PID_LIMIT, &pid, err) ||
        !document_integer(found, name, "starttime", 0, LLONG_MAX, &starttime,
                          err)) {
        return false;
    }
    value->pid = (pid_t)pid;
    value->starttime = (unsigned long long)starttime;
    return true;
}
