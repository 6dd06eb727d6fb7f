/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/* Writes JSON objects and arrays into a buffer that grows; commas by itself. */
#ifndef ORTHUS_JSON_H
#define ORTHUS_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json {
    char *text; /* NUL-terminated; NULL while empty; freed by json_free() */
    size_t used, size;
    bool comma; /* before the next member */
};

/* key is NULL inside arrays and for the outermost value. */
void json_open(struct json *json, const char *key, char bracket); /* '{' or '[' */
void json_close(struct json *json, char bracket);                 /* '}' or ']' */
void json_string(struct json *json, const char *key, const char *value);
void json_number(struct json *json, const char *key, uint64_t value);
void json_bool(struct json *json, const char *key, bool value);
void json_free(struct json *json);

#endif
