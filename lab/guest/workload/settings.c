/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
#include "settings.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool parse_number(const char *text, unsigned min, unsigned max, unsigned *value)
{
    unsigned long number;
    char *end;

    if (!isdigit((unsigned char)text[0])) {
        return false;
    }
    number = strtoul(text, &end, 10);
    if (*end != 0 || number < min || number > max) {
        return false;
    }
    *value = (unsigned)number;
    return true;
}

static bool parse_address(char *text, struct in_addr *ip, unsigned *prefix)
{
    char *slash = strchr(text, '/');

    if (slash == NULL) {
        return false;
    }
    *slash = 0;
    return inet_pton(AF_INET, text, ip) == 1 && parse_number(slash + 1, 1, 32, prefix);
}

static bool parse_value(struct settings *settings, const char *key, char *value, bool *known)
{
    unsigned number;

    *known = true;
    if (strcmp(key, "name") == 0) {
        return value[0] != 0 && (size_t)snprintf(settings->name, sizeof(settings->name), "%s",
                                                 value) < sizeof(settings->name);
    } else if (strcmp(key, "ip") == 0) {
        return parse_address(value, &settings->ip, &settings->prefix);
    } else if (strcmp(key, "peer") == 0) {
        return inet_pton(AF_INET, value, &settings->peer) == 1;
    } else if (strcmp(key, "light") == 0) {
        return parse_number(value, 1, 100, &settings->light);
    } else if (strcmp(key, "memory") == 0) {
        return parse_number(value, 1, 65536, &settings->memory_mb);
    } else if (strcmp(key, "touch") == 0) {
        return parse_number(value, 0, 1048576, &settings->touch_mb);
    } else if (strcmp(key, "disks") == 0) {
        return parse_number(value, 1, 64, &settings->disks);
    } else if (strcmp(key, "disk") == 0) {
        return parse_number(value, 0, 1024, &settings->disk_mb);
    } else if (strcmp(key, "dirty") == 0) {
        if (!parse_number(value, 0, 1, &number)) {
            return false;
        }
        settings->dirty = number == 1;
        return true;
    }
    *known = false;
    return true;
}

const char *settings_parse(struct settings *settings, char *text, char *error, size_t size)
{
    char *rest = text, *line;

    *settings = (struct settings){
        .name = "guest", .light = 1, .memory_mb = 32, .disks = 1, .disk_mb = 16
    };
    while ((line = strsep(&rest, "\n")) != NULL) {
        char *value = line;
        const char *key;
        bool known;

        if (line[0] == 0 || line[0] == '#') {
            continue;
        }
        key = strsep(&value, "=");
        if (value == NULL) {
            snprintf(error, size, "not of the form key=value: %s", key);
            return error;
        }
        if (!parse_value(settings, key, value, &known)) {
            snprintf(error, size, "bad value for %s: %s", key, value);
            return error;
        }
        if (!known) {
            snprintf(error, size, "unknown key: %s", key);
            return error;
        }
    }
    if (settings->prefix == 0 || settings->peer.s_addr == 0) {
        snprintf(error, size, "ip and peer are required");
        return error;
    }
    return NULL;
}
