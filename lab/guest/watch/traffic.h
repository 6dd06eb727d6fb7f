/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/* The UDP side: heartbeats in, pings and commands out. */
#ifndef ORTHUS_TRAFFIC_H
#define ORTHUS_TRAFFIC_H

#include "guest.h"

#define TICK_NS 5000000ull /* how often traffic_tick() wants to be called */

struct traffic {
    int fd;
    uint64_t session;
    uint64_t command_id;
    uint64_t damaged; /* packets from anywhere that were not understood */
};

/* Binds address:port and draws a session number; exits when it cannot. */
void traffic_open(struct traffic *traffic, struct in_addr address, uint16_t port);

/* Takes everything in that has arrived. */
void traffic_receive(struct traffic *traffic, struct guests *guests);

/* Sends the pings and repeats the commands that are due. */
void traffic_tick(struct traffic *traffic, struct guests *guests);

/* Gives a guest a command (at most 63 characters); its command.pending tells
 * how long it is under way. The caller makes sure that none is. */
void traffic_command(struct traffic *traffic, struct guest *guest, const char *text);

#endif
