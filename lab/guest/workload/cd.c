/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/*
 * The config drive is read again and again past the page cache, and must stay
 * the same as long as it is the same medium. Ejecting or changing it is the
 * operator's right and only counted.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "gate.h"
#include "workload.h"

#define DEVICE "/dev/sr0"
#define PERIOD_NS (2 * NS_PER_SECOND)
#define CHUNK 65536
#define READ_MAX (1u << 20)      /* the beginning of a larger medium will do */
#define DESCRIPTOR_AT 32768      /* the ISO 9660 volume descriptor: */
#define DESCRIPTOR_SIZE 2048     /* differs from medium to medium (dates) */

struct medium {
    uint32_t descriptor_crc;
    uint32_t crc;
};

static struct gate_worker worker;

/* 1: read; 0: no medium; -1: read error. */
static int read_medium(uint8_t *chunk, struct medium *medium)
{
    int fd = open(DEVICE, O_RDONLY | O_DIRECT | O_CLOEXEC);
    ssize_t n = 0;
    off_t at = 0;

    if (fd < 0) {
        return errno == ENOMEDIUM || errno == ENXIO || errno == ENOENT ? 0 : -1;
    }
    medium->crc = 0;
    while (at < READ_MAX && (n = pread(fd, chunk, CHUNK, at)) > 0) {
        if (at <= DESCRIPTOR_AT && at + n >= DESCRIPTOR_AT + DESCRIPTOR_SIZE) {
            medium->descriptor_crc = crc32_of(chunk + DESCRIPTOR_AT - at, DESCRIPTOR_SIZE);
        }
        medium->crc = medium->crc * 31 + crc32_of(chunk, (size_t)n);
        at += n;
    }
    close(fd);
    if (n < 0) {
        return errno == ENOMEDIUM ? 0 : -1;
    }
    return 1;
}

static void *cd(void *chunk)
{
    struct medium reference = { 0 };
    bool known = false;
    int failures = 0;

    gate_join(&worker, "cd");
    for (;;) {
        struct medium now = { 0 };
        int result = read_medium(chunk, &now);

        /* The first read after a change of the medium may fail (unit attention). */
        failures = result < 0 ? failures + 1 : 0;
        if (failures == 2) {
            count(C_cd_bad, 1);
            say("cd: cannot be read: %s", strerror(errno));
        } else if (result == 0) {
            known = false;
            count(C_cd_absent, 1);
        } else if (result == 1) {
            if (known && now.descriptor_crc == reference.descriptor_crc &&
                now.crc != reference.crc) {
                count(C_cd_bad, 1);
                say("cd: the same medium reads differently");
            }
            reference = now;
            known = true;
            count(C_cd_reads, 1);
        }
        gate_sleep(&worker, paced(PERIOD_NS));
    }
    return NULL;
}

void cd_start(void)
{
    void *chunk = aligned_alloc(4096, CHUNK);

    if (chunk != NULL) {
        start_thread(cd, chunk, -1);
    }
}
