/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "environment.h"

#include "io.h"
#include "trusted.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEP "environment"
#define ENVIRON_MAX (8 * 1024 * 1024)

static size_t count_strings(const char *text, size_t len)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        n += text[i] == '\0';
    }
    return n + 1;
}

/* Does @changes speak of the variable of "NAME=VALUE"? */
static bool is_changed(json_t *changes, const char *variable)
{
    const char *name;
    json_t *value;

    json_object_foreach(changes, name, value) {
        size_t len = strlen(name);

        if (!strncmp(variable, name, len) && variable[len] == '=') {
            return true;
        }
    }
    return false;
}

static char *assignment(const char *name, const char *value)
{
    size_t size = strlen(name) + strlen(value) + 2;
    char *text = malloc(size);

    if (text) {
        snprintf(text, size, "%s=%s", name, value);
    }
    return text;
}

bool environment_read(pid_t pid, json_t *changes,
                      struct environment *env, struct error *err)
{
    char path[64];
    const char *name;
    json_t *value;
    size_t len;

    memset(env, 0, sizeof(*env));
    snprintf(path, sizeof(path), "/proc/%d/environ", (int)pid);
    env->text = read_file(AT_FDCWD, path, ENVIRON_MAX, &len);
    if (!env->text) {
        return fail_errno(err, STEP, "the environment of process %d cannot be "
                          "read", (int)pid);
    }
    env->list = calloc(count_strings(env->text, len) +
                       json_object_size(changes) + 1, sizeof(*env->list));
    if (!env->list) {
        return fail_errno(err, STEP, "no memory for the environment");
    }
    for (size_t at = 0; at < len; at += strlen(env->text + at) + 1) {
        if (env->text[at] && !is_changed(changes, env->text + at)) {
            env->list[env->n++] = env->text + at;
        }
    }
    json_object_foreach(changes, name, value) {
        if (json_is_null(value)) {
            continue;
        }
        env->list[env->n] = assignment(name, json_string_value(value));
        if (!env->list[env->n]) {
            return fail_errno(err, STEP, "no memory for the environment");
        }
        env->n++;
        env->n_own++;
    }
    return true;
}

void environment_free(struct environment *env)
{
    for (size_t i = env->n - env->n_own; i < env->n; i++) {
        free(env->list[i]);
    }
    free(env->list);
    free(env->text);
    memset(env, 0, sizeof(*env));
}

/* Check each file of a list that blanks and colons separate. */
static bool check_list(const char *list, struct error *err)
{
    static const char separators[] = " :";

    while (*(list += strspn(list, separators))) {
        size_t len = strcspn(list, separators);
        struct trusted found;
        char path[PATH_MAX];

        if (len >= sizeof(path)) {
            return fail(err, STEP, "a path in the environment is too long");
        }
        memcpy(path, list, len);
        path[len] = '\0';
        if (!trusted_find(path, &found, err)) {
            return false;
        }
        trusted_release(&found);
        list += len;
    }
    return true;
}

bool environment_check(const struct environment *env, struct error *err)
{
    for (size_t i = 0; i < env->n; i++) {
        const char *variable = env->list[i];

        if (!strncmp(variable, "LD_PRELOAD=", strlen("LD_PRELOAD="))) {
            if (!check_list(variable + strlen("LD_PRELOAD="), err)) {
                return false;
            }
        } else if (!strncmp(variable, "LD_AUDIT=", strlen("LD_AUDIT=")) ||
                   !strncmp(variable, "LD_LIBRARY_PATH=",
                            strlen("LD_LIBRARY_PATH="))) {
            /* Needed by nobody, and more ways to load what was not checked. */
            return fail(err, STEP, "%.*s is refused: remove it (null in document.env) and give "
                        "libraries by LD_PRELOAD", (int)strcspn(variable, "="), variable);
        }
    }
    return true;
}
