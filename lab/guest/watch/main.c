/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/*
 * orthus-watch: hears all guests of a lab, pings them, and tells scripts about
 * them. One process, one thread, one epoll loop.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"
#include "control.h"

#define DEFAULT_SOCKET "/run/orthus-watch.sock"
#define EVENTS_MAX 32

static void watch_fd(int epoll, int fd, void *what)
{
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = what };

    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
        err(EXIT_FAILURE, "epoll_ctl");
    }
}

static int open_ticker(void)
{
    struct itimerspec spec = { .it_value = timespec_of(TICK_NS),
                               .it_interval = timespec_of(TICK_NS) };
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

    if (fd < 0 || timerfd_settime(fd, 0, &spec, NULL) != 0) {
        err(EXIT_FAILURE, "timerfd");
    }
    return fd;
}

static void __attribute__((noreturn))
serve(struct in_addr address, uint16_t port, const char *socket_path)
{
    static struct guests guests;
    static struct traffic traffic;
    static struct control control;
    struct epoll_event events[EVENTS_MAX];
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    int ticker = open_ticker();
    uint64_t expirations;

    traffic_open(&traffic, address, port);
    control_open(&control, socket_path, &traffic, &guests);
    watch_fd(epoll, ticker, &ticker);
    watch_fd(epoll, traffic.fd, &traffic);
    watch_fd(epoll, control.listener, &control);
    for (;;) {
        int n = epoll_wait(epoll, events, EVENTS_MAX, -1);

        if (n < 0 && errno != EINTR) {
            err(EXIT_FAILURE, "epoll_wait");
        }
        for (int i = 0; i < n; i++) {
            void *what = events[i].data.ptr;

            if (what == &ticker) {
                if (read(ticker, &expirations, sizeof(expirations)) > 0) {
                    traffic_tick(&traffic, &guests);
                    control_tick(&control);
                }
            } else if (what == &traffic) {
                traffic_receive(&traffic, &guests);
            } else if (what == &control) {
                struct client *client = control_accept(&control);

                if (client != NULL) {
                    watch_fd(epoll, client->fd, client);
                }
            } else {
                control_read(&control, what);
            }
        }
    }
}

/* One line out, one line in. The exit status is the answer's "ok". */
static int ctl(const char *socket_path, char **words, int n)
{
    struct sockaddr_un there = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char line[LINE_MAX_SIZE] = "", answer[16384];
    size_t used = 0;
    ssize_t len;

    for (int i = 0; i < n; i++) {
        size_t room = sizeof(line) - 2 - strlen(line);

        if (strlen(words[i]) + 1 > room || strchr(words[i], '\n') != NULL) {
            errx(2, "line too long or not a line");
        }
        strcat(line, i > 0 ? " " : "");
        strcat(line, words[i]);
    }
    strcat(line, "\n");
    if (strlen(socket_path) >= sizeof(there.sun_path)) {
        errx(2, "path of the socket is too long: %s", socket_path);
    }
    strcpy(there.sun_path, socket_path);
    if (fd < 0 || connect(fd, (struct sockaddr *)&there, sizeof(there)) != 0) {
        err(EXIT_FAILURE, "cannot connect to %s", socket_path);
    }
    if (send(fd, line, strlen(line), MSG_NOSIGNAL) < 0) {
        err(EXIT_FAILURE, "cannot send to %s", socket_path);
    }
    while (used < sizeof(answer) - 1 && memchr(answer, '\n', used) == NULL &&
           (len = read(fd, answer + used, sizeof(answer) - 1 - used)) > 0) {
        used += (size_t)len;
    }
    answer[used] = 0;
    fputs(answer, stdout);
    return strncmp(answer, "{\"ok\":true", 10) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void __attribute__((noreturn)) usage(FILE *out, int status)
{
    fputs("Usage:\n"
          " orthus-watch serve --listen ADDRESS [--port PORT] [--socket PATH]\n"
          " orthus-watch ctl [--socket PATH] LINE...\n"
          "\n"
          "Hears the guests of a lab and tells about them, one JSON object a line.\n"
          "\n"
          "Lines:\n"
          " list                          all guests ever heard\n"
          " stats IP                      everything about one\n"
          " reset IP                      measure gaps and other worst values anew\n"
          " command IP [SECONDS] WORD...  verdict [MAY-LOSE], reboot, poweroff, crash, dirty on|off,\n"
          "                               touch MB, corrupt memory|touched|disk|fpu\n"
          " wait IP up|down SECONDS\n"
          " wait IP boots N SECONDS       until it booted N times and is up\n"
          "\n"
          "ctl exits with 0 when the answer begins with {\"ok\":true, else with 1.\n", out);
    exit(status);
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        { "listen", required_argument, NULL, 'l' },
        { "port", required_argument, NULL, 'p' },
        { "socket", required_argument, NULL, 's' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };
    const char *socket_path = DEFAULT_SOCKET, *mode;
    struct in_addr address = { 0 };
    unsigned long port = PACKET_PORT;
    bool listens = false;
    char *end;
    int option;

    if (argc < 2) {
        usage(stderr, 2);
    }
    mode = argv[1];
    /* '+': the words of a line are not options. */
    for (optind = 2; (option = getopt_long(argc, argv, "+", options, NULL)) != -1;) {
        switch (option) {
        case 'l':
            listens = inet_pton(AF_INET, optarg, &address) == 1;
            if (!listens) {
                errx(2, "not an IPv4 address: %s", optarg);
            }
            break;
        case 'p':
            port = strtoul(optarg, &end, 10);
            if (*end != 0 || port == 0 || port > 65535) {
                errx(2, "not a port: %s", optarg);
            }
            break;
        case 's':
            socket_path = optarg;
            break;
        case 'h':
            usage(stdout, EXIT_SUCCESS);
        default:
            usage(stderr, 2);
        }
    }
    if (strcmp(mode, "serve") == 0 && listens && optind == argc) {
        serve(address, (uint16_t)port, socket_path);
    } else if (strcmp(mode, "ctl") == 0 && optind < argc) {
        return ctl(socket_path, argv + optind, argc - optind);
    }
    usage(strcmp(mode, "--help") == 0 ? stdout : stderr, strcmp(mode, "--help") == 0 ? 0 : 2);
}
