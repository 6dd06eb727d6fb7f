/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/* The guest agent's port: a virtio-serial port with a well-known name. */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent_protocol.h"
#include "clock.h"
#include "workload.h"

#define PORT_NAME "org.qemu.guest_agent.0"
#define PORTS "/sys/class/virtio-ports"
#define NOBODY_NS (200 * NS_PER_MS) /* between two looks at a closed port */

static bool has_our_name(const char *port)
{
    char path[300], name[64] = "";
    FILE *file;

    snprintf(path, sizeof(path), PORTS "/%s/name", port);
    file = fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    if (fgets(name, sizeof(name), file) == NULL) {
        name[0] = 0;
    }
    fclose(file);
    name[strcspn(name, "\n")] = 0;
    return strcmp(name, PORT_NAME) == 0;
}

static int open_port(void)
{
    DIR *ports = opendir(PORTS);
    const struct dirent *entry;
    int fd = -1;

    while (ports != NULL && fd < 0 && (entry = readdir(ports)) != NULL) {
        if (entry->d_name[0] != '.' && has_our_name(entry->d_name)) {
            char path[300];

            snprintf(path, sizeof(path), "/dev/%s", entry->d_name);
            fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
        }
    }
    if (ports != NULL) {
        closedir(ports);
    }
    return fd;
}

static void send_reply(int fd, const char *reply, size_t len)
{
    struct pollfd writable = { .fd = fd, .events = POLLOUT };

    while (len > 0) {
        ssize_t n = write(fd, reply, len);

        if (n > 0) {
            reply += n;
            len -= (size_t)n;
        } else if (poll(&writable, 1, 1000) <= 0 || (writable.revents & POLLHUP) != 0) {
            return; /* who asked is gone */
        }
    }
}

static void handle(int fd, const char *line)
{
    char reply[AGENT_REPLY_MAX];
    enum agent_action action;
    size_t len = agent_answer(line, reply, &action);

    count(C_agent_requests, 1);
    send_reply(fd, reply, len);
    if (action != AGENT_NOTHING) {
        control_end(action == AGENT_REBOOT ? END_REBOOT : END_POWEROFF);
    }
}

/* Takes bytes in and handles each complete line. */
static void take(int fd, char *line, size_t size, size_t *used, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] == '\n') {
            line[*used] = 0;
            if (*used > 0) {
                handle(fd, line);
            }
            *used = 0;
        } else if ((unsigned char)bytes[i] == 0xff) {
            *used = 0; /* the host asks to forget what came before */
        } else if (*used < size - 1) {
            line[(*used)++] = bytes[i];
        }
    }
}

static void *agent(void *unused)
{
    const struct timespec nobody = timespec_of(NOBODY_NS);
    int fd = open_port();
    struct pollfd readable = { .fd = fd, .events = POLLIN };
    char line[2048], bytes[512];
    size_t used = 0;

    (void)unused;
    if (fd < 0) {
        return NULL; /* a guest without the channel */
    }
    for (;;) {
        ssize_t n;

        poll(&readable, 1, -1);
        n = read(fd, bytes, sizeof(bytes));
        if (n > 0) {
            take(fd, line, sizeof(line), &used, bytes, (size_t)n);
        } else {
            nanosleep(&nobody, NULL);
        }
    }
    return NULL;
}

void agent_start(void)
{
    start_thread(agent, NULL, -1);
}
