/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/* The ACPI power button, by which a guest is asked to shut down. */
#include <fcntl.h>
#include <linux/input.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "workload.h"

static void *button(void *argument)
{
    int fd = *(int *)argument;
    struct input_event event;

    while (read(fd, &event, sizeof(event)) == sizeof(event)) {
        if (event.type == EV_KEY && event.code == KEY_POWER && event.value == 1) {
            say("power button");
            control_end(END_POWEROFF);
        }
    }
    return NULL;
}

void button_start(void)
{
    static int fds[8];
    size_t n = 0;

    for (int i = 0; i < 8; i++) {
        char path[32], name[64] = "";

        snprintf(path, sizeof(path), "/dev/input/event%d", i);
        fds[n] = open(path, O_RDONLY | O_CLOEXEC);
        if (fds[n] < 0) {
            continue;
        }
        if (ioctl(fds[n], EVIOCGNAME(sizeof(name)), name) > 0 &&
            strcmp(name, "Power Button") == 0) {
            start_thread(button, &fds[n++], -1);
        } else {
            close(fds[n]);
        }
    }
}
