/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/* Reads the config drive and starts every part of the workload. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "gate.h"
#include "workload.h"

#define CD "/dev/sr0"
#define MOUNT_POINT "/config"
#define CONFIG MOUNT_POINT "/orthus.conf"
#define CD_NS (30 * NS_PER_SECOND) /* in which the drive must have appeared */
#define STACK_SIZE (256 << 10)

struct record *the_record;
struct settings the_settings;

void say(const char *format, ...)
{
    char line[256];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    printf("orthus %s: %s\n", the_settings.name, line);
}

int vcpus(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);

    return n < 1 ? 1 : (int)n;
}

void start_thread(void *(*body)(void *), void *argument, int cpu)
{
    pthread_attr_t attributes;
    pthread_t thread;
    cpu_set_t cpus;

    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    if (cpu >= 0) {
        CPU_ZERO(&cpus);
        CPU_SET((unsigned)cpu, &cpus);
        pthread_attr_setaffinity_np(&attributes, sizeof(cpus), &cpus);
    }
    if (pthread_create(&thread, &attributes, body, argument) != 0) {
        say("cannot start a thread");
        exit(EXIT_FAILURE);
    }
    pthread_attr_destroy(&attributes);
}

static bool mount_cd(void)
{
    const struct timespec pause = timespec_of(5 * NS_PER_MS);
    uint64_t give_up = monotonic_ns() + CD_NS;

    mkdir(MOUNT_POINT, 0755);
    while (mount(CD, MOUNT_POINT, "iso9660", MS_RDONLY, NULL) != 0) {
        if (monotonic_ns() > give_up) {
            say("cannot mount the config drive " CD ": %s", strerror(errno));
            return false;
        }
        nanosleep(&pause, NULL);
    }
    return true;
}

/* The drive is unmounted again, so that the host may eject it. */
static bool read_settings(void)
{
    char text[4096], error[160];
    const char *wrong;
    ssize_t n;
    int fd;

    if (!mount_cd()) {
        return false;
    }
    fd = open(CONFIG, O_RDONLY | O_CLOEXEC);
    n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
    if (n < 0) {
        say("cannot read " CONFIG ": %s", strerror(errno));
    }
    if (fd >= 0) {
        close(fd);
    }
    umount(MOUNT_POINT);
    if (n < 0) {
        return false;
    }
    text[n] = 0;
    wrong = settings_parse(&the_settings, text, error, sizeof(error));
    if (wrong != NULL) {
        say("orthus.conf: %s", wrong);
    }
    return wrong == NULL;
}

static bool create_record(void)
{
    uint8_t boot_id[16];
    void *page = mmap(NULL, RECORD_ALIGN, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                      -1, 0);

    if (page == MAP_FAILED || getrandom(boot_id, sizeof(boot_id), 0) != sizeof(boot_id)) {
        return false;
    }
    the_record = page;
    record_init(the_record, boot_id, the_settings.name);
    set_counter(C_vcpus, (uint64_t)vcpus());
    return true;
}

int main(void)
{
    static struct gate_worker start;

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (!read_settings() || !create_record()) {
        return EXIT_FAILURE;
    }
    gate_join(&start, "start"); /* no verdict before everything is set up */
    timers_start(); /* first thread: it blocks a signal for all threads */
    network_configure();
    network_start();
    heartbeat_start();
    agent_start();
    button_start();
    watchdog_start();
    entropy_start();
    cd_start();
    fpu_start();
    memory_start();
    disk_start();
    touched_start();
    say("up after %llu ms", (unsigned long long)(monotonic_ns() / NS_PER_MS));
    for (;;) {
        gate_sleep(&start, NS_PER_SECOND * 3600);
    }
}
