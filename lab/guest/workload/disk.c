/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/*
 * Disks: each disk gets a worker that writes blocks with O_DIRECT, flushes with
 * fdatasync and reads back what it wrote now and long ago. A data disk is used
 * from its start, the boot disk behind its file system.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <linux/fs.h>
#include <unistd.h>

#include "clock.h"
#include "gate.h"
#include "pattern.h"
#include "workload.h"

#define PERIOD_NS (50 * NS_PER_MS)
#define RUN_MAX 4                     /* blocks in one request: 4 … 16 KiB */
#define FLUSH_EVERY 4                 /* rounds */
#define APPEAR_NS (20 * NS_PER_SECOND)
#define DISKS_MAX 16

struct disk {
    char name[16];       /* "vda" */
    uint64_t tag;        /* makes the patterns of two disks differ */
    uint64_t start;      /* bytes */
    size_t blocks;       /* of PATTERN_PAGE bytes */
    uint32_t *generation; /* of each block; 0: not written since boot */
    uint64_t *buffer;    /* RUN_MAX blocks, aligned */
    unsigned random;
    int fd;
    struct gate_worker worker;
};

static struct disk disks[DISKS_MAX];
static size_t disk_count;

static uint64_t seed_of(const struct disk *disk, size_t block)
{
    return pattern_seed(block, disk->generation[block]) ^ disk->tag;
}

static void io_error(const struct disk *disk, const char *what, size_t block)
{
    count(C_disk_errors, 1);
    say("disk %s: %s at block %zu: %s", disk->name, what, block, strerror(errno));
}

/* One request of n blocks, reading or writing; measures how long it took. */
static bool transfer(const struct disk *disk, bool write_it, size_t block, size_t n)
{
    off_t at = (off_t)(disk->start + block * PATTERN_PAGE);
    uint64_t before = monotonic_ns();
    ssize_t done = write_it ? pwrite(disk->fd, disk->buffer, n * PATTERN_PAGE, at)
                            : pread(disk->fd, disk->buffer, n * PATTERN_PAGE, at);

    count_worst(C_disk_slowest_ns, monotonic_ns() - before);
    if (done == (ssize_t)(n * PATTERN_PAGE)) {
        return true;
    }
    if (done >= 0) {
        errno = EIO; /* short */
    }
    io_error(disk, write_it ? "write" : "read", block);
    return false;
}

static void write_blocks(struct disk *disk, size_t block, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        disk->generation[block + i]++;
        pattern_fill(disk->buffer + i * PATTERN_WORDS, seed_of(disk, block + i), 0);
    }
    if (transfer(disk, true, block, n)) {
        count(C_disk_writes, 1);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        disk->generation[block + i] = 0; /* unknown contents */
    }
}

static void check_blocks(struct disk *disk, size_t block, size_t n)
{
    if (!transfer(disk, false, block, n)) {
        return;
    }
    count(C_disk_reads, 1);
    for (size_t i = 0; i < n; i++) {
        if (disk->generation[block + i] != 0 &&
            !pattern_check(disk->buffer + i * PATTERN_WORDS, seed_of(disk, block + i), 0)) {
            count(C_disk_bad, 1);
            say("disk %s: block %zu differs", disk->name, block + i);
        }
    }
}

static size_t random_below(struct disk *disk, size_t limit)
{
    return (size_t)rand_r(&disk->random) % limit;
}

static void *disk_worker(void *argument)
{
    struct disk *disk = argument;

    gate_join(&disk->worker, disk->name);
    for (unsigned round = 1;; round++) {
        size_t n = 1 + random_below(disk, RUN_MAX);
        size_t block = random_below(disk, disk->blocks - n + 1);

        /* What was written here long ago, before it is gone unseen. */
        check_blocks(disk, block, n);
        write_blocks(disk, block, n);
        if (round % FLUSH_EVERY == 0 && fdatasync(disk->fd) != 0) {
            io_error(disk, "flush", block);
        }
        check_blocks(disk, block, n);
        gate_sleep(&disk->worker, paced(PERIOD_NS));
    }
    return NULL;
}

/* Where the file system in a boot sector ends, in bytes; 0 when the sector is
 * none of ours. */
static uint64_t boot_fs_size(const uint8_t sector[512])
{
    uint64_t sectors;

    if (sector[510] != 0x55 || sector[511] != 0xaa || memcmp(sector + 71, "ORTHUS BOOT", 11) != 0) {
        return 0;
    }
    sectors = (uint64_t)sector[32] | (uint64_t)sector[33] << 8 | (uint64_t)sector[34] << 16 |
              (uint64_t)sector[35] << 24;
    return sectors * 512;
}

/* Finds out which part of the disk may be written. */
static bool find_area(struct disk *disk)
{
    uint64_t size, blocks;

    if (ioctl(disk->fd, BLKGETSIZE64, &size) != 0 || !transfer(disk, false, 0, 1)) {
        return false;
    }
    disk->start = (boot_fs_size((const uint8_t *)disk->buffer) + 0xfffff) & ~0xfffffull;
    blocks = ((uint64_t)the_settings.disk_mb << 20) / PATTERN_PAGE;
    if (disk->start + blocks * PATTERN_PAGE > size) {
        blocks = disk->start < size ? (size - disk->start) / PATTERN_PAGE : 0;
    }
    disk->blocks = blocks;
    return blocks > RUN_MAX;
}

static void begin(const char *name)
{
    struct disk *disk = &disks[disk_count];
    char path[32];

    *disk = (struct disk){ .tag = (disk_count + 1) * 0xd6e8feb86659fd93ull,
                           .random = (unsigned)disk_count + 1 };
    snprintf(disk->name, sizeof(disk->name), "%.15s", name);
    snprintf(path, sizeof(path), "/dev/%s", disk->name);
    disk->fd = open(path, O_RDWR | O_DIRECT | O_CLOEXEC);
    if (disk->fd < 0) {
        io_error(disk, "open", 0);
        return;
    }
    disk->buffer = aligned_alloc(PATTERN_PAGE, RUN_MAX * PATTERN_PAGE);
    if (disk->buffer == NULL || !find_area(disk)) {
        say("disk %s: no room to write", disk->name);
    } else if ((disk->generation = calloc(disk->blocks, sizeof(*disk->generation))) != NULL) {
        disk_count++;
        count(C_disks, 1);
        start_thread(disk_worker, disk, -1);
        return;
    }
    free(disk->buffer);
    close(disk->fd);
}

static int select_disk(const struct dirent *entry)
{
    const char *name = entry->d_name;

    return strncmp(name, "vd", 2) == 0 || strncmp(name, "sd", 2) == 0 || strncmp(name, "nvme", 4) == 0;
}

/* SCSI disks and NVMe drives appear some time after their driver was loaded. */
static int list_disks(struct dirent ***names)
{
    uint64_t give_up = monotonic_ns() + APPEAR_NS;
    const struct timespec pause = timespec_of(5 * NS_PER_MS);
    int n;

    while ((n = scandir("/sys/block", names, select_disk, alphasort)) < (int)the_settings.disks &&
           monotonic_ns() < give_up) {
        while (n > 0) {
            free((*names)[--n]);
        }
        if (n == 0) {
            free(*names);
        }
        nanosleep(&pause, NULL);
    }
    return n;
}

void disk_start(void)
{
    struct dirent **names;
    int n;

    if (the_settings.disk_mb == 0) {
        return;
    }
    n = list_disks(&names);
    if (n < (int)the_settings.disks) {
        say("disks: %d of %u are there", n, the_settings.disks);
        count(C_disk_errors, 1);
    }
    for (int i = 0; i < n; i++) {
        if (disk_count < DISKS_MAX) {
            begin(names[i]->d_name);
        }
        free(names[i]);
    }
    if (n >= 0) {
        free(names);
    }
}

void disk_verify(void)
{
    for (size_t d = 0; d < disk_count; d++) {
        struct disk *disk = &disks[d];

        for (size_t block = 0; block < disk->blocks; block += RUN_MAX) {
            size_t n = disk->blocks - block < RUN_MAX ? disk->blocks - block : RUN_MAX;
            bool written = false;

            for (size_t i = 0; i < n; i++) {
                written |= disk->generation[block + i] != 0;
            }
            if (written) {
                check_blocks(disk, block, n);
            }
        }
    }
}

/* Overwrites a written block behind the worker's back. */
bool disk_corrupt(void)
{
    for (size_t d = 0; d < disk_count; d++) {
        struct disk *disk = &disks[d];

        for (size_t block = 0; block < disk->blocks; block++) {
            if (disk->generation[block] != 0) {
                void *zeros = aligned_alloc(PATTERN_PAGE, PATTERN_PAGE);
                off_t at = (off_t)(disk->start + block * PATTERN_PAGE);
                bool done;

                if (zeros == NULL) {
                    return false;
                }
                memset(zeros, 0, PATTERN_PAGE);
                done = pwrite(disk->fd, zeros, PATTERN_PAGE, at) == PATTERN_PAGE;
                free(zeros);
                return done;
            }
        }
    }
    return false;
}
