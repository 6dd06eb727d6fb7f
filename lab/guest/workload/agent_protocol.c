/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
#include "agent_protocol.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Requests come from libvirt and are simple: a key's first occurrence is the
 * one that counts. Returns the beginning of its value, or NULL. */
static const char *value_of(const char *request, const char *key)
{
    char quoted[32];
    const char *at;

    snprintf(quoted, sizeof(quoted), "\"%s\"", key);
    at = strstr(request, quoted);
    if (at == NULL) {
        return NULL;
    }
    at += strlen(quoted);
    while (isspace((unsigned char)*at)) {
        at++;
    }
    if (*at++ != ':') {
        return NULL;
    }
    while (isspace((unsigned char)*at)) {
        at++;
    }
    return at;
}

static bool string_is(const char *value, const char *string)
{
    size_t len = strlen(string);

    return value != NULL && value[0] == '"' && strncmp(value + 1, string, len) == 0 &&
           value[len + 1] == '"';
}

static size_t reply_sync(const char *request, const char *mark, char *reply)
{
    const char *id = value_of(request, "id");

    if (id == NULL || !(isdigit((unsigned char)*id) || *id == '-')) {
        return (size_t)snprintf(reply, AGENT_REPLY_MAX,
                                "{\"error\": {\"class\": \"GenericError\", "
                                "\"desc\": \"Parameter 'id' is missing\"}}\n");
    }
    return (size_t)snprintf(reply, AGENT_REPLY_MAX, "%s{\"return\": %lld}\n", mark,
                            strtoll(id, NULL, 10));
}

#define SUPPORTED(name) "{\"enabled\": true, \"name\": \"" name "\", \"success-response\": true}"

static const char info[] =
    "{\"return\": {\"version\": \"1\", \"supported_commands\": ["
    SUPPORTED("guest-sync") ", " SUPPORTED("guest-sync-delimited") ", " SUPPORTED("guest-ping") ", "
    SUPPORTED("guest-info") ", " SUPPORTED("guest-get-osinfo") ", "
    "{\"enabled\": true, \"name\": \"guest-shutdown\", \"success-response\": false}]}}\n";

static const char osinfo[] =
    "{\"return\": {\"id\": \"orthus-lab\", \"name\": \"Orthus lab guest\", "
    "\"pretty-name\": \"Orthus lab guest\", \"machine\": \"x86_64\"}}\n";

static size_t reply_text(char *reply, const char *text)
{
    return (size_t)snprintf(reply, AGENT_REPLY_MAX, "%s", text);
}

size_t agent_answer(const char *request, char reply[AGENT_REPLY_MAX], enum agent_action *action)
{
    const char *execute = value_of(request, "execute");

    *action = AGENT_NOTHING;
    if (string_is(execute, "guest-sync")) {
        return reply_sync(request, "", reply);
    } else if (string_is(execute, "guest-sync-delimited")) {
        return reply_sync(request, "\xff", reply);
    } else if (string_is(execute, "guest-ping")) {
        return reply_text(reply, "{\"return\": {}}\n");
    } else if (string_is(execute, "guest-info")) {
        return reply_text(reply, info);
    } else if (string_is(execute, "guest-get-osinfo")) {
        return reply_text(reply, osinfo);
    } else if (string_is(execute, "guest-shutdown")) {
        /* The real agent does not answer either: the guest is gone by then. */
        *action = string_is(value_of(request, "mode"), "reboot") ? AGENT_REBOOT : AGENT_POWEROFF;
        return 0;
    }
    return reply_text(reply, "{\"error\": {\"class\": \"CommandNotFound\", "
                             "\"desc\": \"The command is not known here\"}}\n");
}
