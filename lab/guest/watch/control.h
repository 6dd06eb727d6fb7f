/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/*
 * The UNIX socket by which scripts ask: one line of words in, one line of JSON
 * out, which begins with {"ok":true or {"ok":false. Clients may wait side by
 * side.
 */
#ifndef ORTHUS_CONTROL_H
#define ORTHUS_CONTROL_H

#include "traffic.h"

#define CLIENTS_MAX 64
#define LINE_MAX_SIZE 256

struct client {
    int fd; /* -1: free */
    char line[LINE_MAX_SIZE];
    size_t used;
    enum { WAITS_FOR_LINE, WAITS_FOR_RESULT, WAITS_FOR_GUEST } state;
    struct in_addr ip;       /* of the guest waited for */
    uint64_t give_up_ns;
    bool resets;             /* the command was "reset": the host's part follows */
    uint64_t command_id;
    bool wants_up;           /* WAITS_FOR_GUEST: up or down, … */
    unsigned wants_boots;    /* … and at least so many boots seen */
};

struct control {
    int listener;
    struct client clients[CLIENTS_MAX];
    struct traffic *traffic;
    struct guests *guests;
};

/* Listens at path, which is replaced; exits when it cannot. */
void control_open(struct control *control, const char *path, struct traffic *traffic,
                  struct guests *guests);

/* Takes a new client in; NULL when there are too many. */
struct client *control_accept(struct control *control);

/* Reads from a client and answers what can be answered at once. */
void control_read(struct control *control, struct client *client);

/* Answers those who waited, and those who waited long enough. */
void control_tick(struct control *control);

#endif
