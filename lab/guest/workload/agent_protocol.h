/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/* The few words of the QEMU guest agent's protocol that a guest here speaks. */
#ifndef ORTHUS_AGENT_PROTOCOL_H
#define ORTHUS_AGENT_PROTOCOL_H

#include <stddef.h>

#define AGENT_REPLY_MAX 1024

enum agent_action { AGENT_NOTHING, AGENT_POWEROFF, AGENT_REBOOT };

/* Answers one request (a line, NUL-terminated, bytes 0xff removed). Returns the
 * length of the reply, 0 when there is none, and what is to be done after it. */
size_t agent_answer(const char *request, char reply[AGENT_REPLY_MAX], enum agent_action *action);

#endif
