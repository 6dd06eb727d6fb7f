/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/* The file orthus.conf on the config drive: key=value, one a line. */
#ifndef ORTHUS_SETTINGS_H
#define ORTHUS_SETTINGS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

struct settings {
    char name[32];        /* name:   of the VM, for the serial console and the host */
    struct in_addr ip;    /* ip:     a.b.c.d/prefix, of eth0 */
    unsigned prefix;      /*         1 … 32 */
    struct in_addr peer;  /* peer:   where orthus-watch listens */
    unsigned light;       /* light:  1 … 100; every interval is this much longer */
    unsigned memory_mb;   /* memory: 1 … 65536, pattern memory, default 32 */
    unsigned touch_mb;    /* touch:  0 … 1048576, more memory to fill at boot, default 0 */
    bool dirty;           /* dirty:  0 or 1, dirty the touched memory from boot on */
    unsigned disks;       /* disks:  1 … 64, how many there are, with the boot disk, default 1 */
    unsigned disk_mb;     /* disk:   0 … 1024, how much of each disk is written, default 16;
                                     0: none */
};

/* Parses the text (NUL-terminated; it is changed). ip and peer are required,
 * the others have the defaults above. Returns NULL, or what is wrong with the
 * text, in error's buffer. */
const char *settings_parse(struct settings *settings, char *text, char *error, size_t size);

#endif
