/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "settings.h"

static struct settings settings;
static char error[160];

static bool parses(const char *text)
{
    char copy[512];

    snprintf(copy, sizeof(copy), "%s", text);
    return settings_parse(&settings, copy, error, sizeof(error)) == NULL;
}

void test_settings(void)
{
    CHECK(parses("# a comment\n\nname=i-2-10-VM\nip=10.9.0.7/24\npeer=10.9.0.1\n"));
    CHECK(strcmp(settings.name, "i-2-10-VM") == 0);
    CHECK(settings.ip.s_addr == inet_addr("10.9.0.7") && settings.prefix == 24);
    CHECK(settings.peer.s_addr == inet_addr("10.9.0.1"));
    CHECK(settings.light == 1 && settings.memory_mb == 32 && settings.touch_mb == 0);
    CHECK(!settings.dirty && settings.disks == 1 && settings.disk_mb == 16);

    CHECK(parses("ip=1.2.3.4/8\npeer=1.2.3.5\nlight=100\nmemory=1\ntouch=99\ndirty=1\n"
                 "disks=3\ndisk=0"));
    CHECK(settings.light == 100 && settings.memory_mb == 1 && settings.touch_mb == 99);
    CHECK(settings.dirty && settings.disks == 3 && settings.disk_mb == 0);

    CHECK(!parses(""));
    CHECK(!parses("ip=1.2.3.4/8"));
    CHECK(!parses("ip=1.2.3.4\npeer=1.2.3.5"));
    CHECK(!parses("ip=1.2.3.4/33\npeer=1.2.3.5"));
    CHECK(!parses("ip=1.2.3.4/8\npeer=1.2.3.5\nlight=0"));
    CHECK(!parses("ip=1.2.3.4/8\npeer=1.2.3.5\nlight=4x"));
    CHECK(!parses("ip=1.2.3.4/8\npeer=1.2.3.5\nlight=99999999999999999999"));
    CHECK(!parses("ip=1.2.3.4/8\npeer=1.2.3.5\ndirty=2"));
    CHECK(!parses("ip=1.2.3.4/8\npeer=1.2.3.5\nname=0123456789012345678901234567890123456789"));
    CHECK(!parses("ip=1.2.3.4/8\npeer=1.2.3.5\nno equals sign"));
    CHECK(!parses("ip=1.2.3.4/8\npeer=1.2.3.5\nunknown=1"));
    CHECK(strcmp(error, "unknown key: unknown") == 0);
}
