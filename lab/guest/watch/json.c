/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
#include "json.h"

#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void append(struct json *json, const char *text)
{
    size_t len = strlen(text);

    if (json->used + len + 1 > json->size) {
        json->size = (json->used + len + 1) * 2;
        json->text = realloc(json->text, json->size);
        if (json->text == NULL) {
            err(EXIT_FAILURE, "out of memory");
        }
    }
    memcpy(json->text + json->used, text, len + 1);
    json->used += len;
}

static void append_quoted(struct json *json, const char *text)
{
    append(json, "\"");
    for (; *text != 0; text++) {
        char piece[8] = { *text, 0 };

        if (*text == '"' || *text == '\\') {
            snprintf(piece, sizeof(piece), "\\%c", *text);
        } else if ((unsigned char)*text < 0x20 || (unsigned char)*text >= 0x7f) {
            snprintf(piece, sizeof(piece), "\\u%04x", (unsigned char)*text);
        }
        append(json, piece);
    }
    append(json, "\"");
}

static void begin_member(struct json *json, const char *key)
{
    if (json->comma) {
        append(json, ",");
    }
    json->comma = true;
    if (key != NULL) {
        append_quoted(json, key);
        append(json, ":");
    }
}

void json_open(struct json *json, const char *key, char bracket)
{
    begin_member(json, key);
    append(json, (char[]){ bracket, 0 });
    json->comma = false;
}

void json_close(struct json *json, char bracket)
{
    append(json, (char[]){ bracket, 0 });
    json->comma = true;
}

void json_string(struct json *json, const char *key, const char *value)
{
    begin_member(json, key);
    append_quoted(json, value);
}

void json_number(struct json *json, const char *key, uint64_t value)
{
    char text[24];

    begin_member(json, key);
    snprintf(text, sizeof(text), "%" PRIu64, value);
    append(json, text);
}

void json_bool(struct json *json, const char *key, bool value)
{
    begin_member(json, key);
    append(json, value ? "true" : "false");
}

void json_free(struct json *json)
{
    free(json->text);
    *json = (struct json){ 0 };
}
