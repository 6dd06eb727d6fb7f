/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/*
 * Keeps the watchdog device running, so that it has state to be carried over,
 * and so that a guest which hangs is noticed by libvirt too.
 */
#include <fcntl.h>
#include <linux/watchdog.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "clock.h"
#include "workload.h"

#define DEVICE "/dev/watchdog"
#define TIMEOUT_S 60
#define PET_NS (5 * NS_PER_SECOND)

static void *watchdog(void *unused)
{
    const struct timespec pause = timespec_of(PET_NS);
    int timeout = TIMEOUT_S;
    int fd = open(DEVICE, O_WRONLY | O_CLOEXEC);

    (void)unused;
    if (fd < 0) {
        return NULL; /* a guest without one */
    }
    ioctl(fd, WDIOC_SETTIMEOUT, &timeout);
    for (;;) {
        ioctl(fd, WDIOC_KEEPALIVE, 0);
        nanosleep(&pause, NULL);
    }
    return NULL;
}

void watchdog_start(void)
{
    start_thread(watchdog, NULL, -1);
}
