/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
#include <string.h>

#include "agent_protocol.h"
#include "check.h"

static char reply[AGENT_REPLY_MAX];
static enum agent_action action;

static bool answers(const char *request, const char *expected)
{
    size_t len = agent_answer(request, reply, &action);

    return len == strlen(expected) && memcmp(reply, expected, len) == 0;
}

void test_agent(void)
{
    CHECK(answers("{\"execute\":\"guest-ping\"}", "{\"return\": {}}\n"));
    CHECK(answers("{\"execute\": \"guest-sync\", \"arguments\": {\"id\": 1234567890123}}",
                  "{\"return\": 1234567890123}\n"));
    CHECK(answers("{\"arguments\":{\"id\":-5},\"execute\":\"guest-sync-delimited\"}",
                  "\xff{\"return\": -5}\n"));
    agent_answer("{\"execute\":\"guest-sync\"}", reply, &action);
    CHECK(strstr(reply, "error") != NULL);
    agent_answer("{\"execute\":\"guest-info\"}", reply, &action);
    CHECK(strstr(reply, "\"guest-get-osinfo\"") != NULL && strlen(reply) < AGENT_REPLY_MAX - 1);
    agent_answer("{\"execute\":\"guest-exec\"}", reply, &action);
    CHECK(strstr(reply, "CommandNotFound") != NULL && action == AGENT_NOTHING);
    CHECK(answers("{\"execute\":\"guest-shutdown\",\"arguments\":{\"mode\":\"powerdown\"}}", "") &&
          action == AGENT_POWEROFF);
    CHECK(answers("{\"execute\":\"guest-shutdown\",\"arguments\":{\"mode\":\"reboot\"}}", "") &&
          action == AGENT_REBOOT);
    agent_answer("", reply, &action);
    CHECK(strstr(reply, "error") != NULL);
    agent_answer("{\"execute\":", reply, &action);
    CHECK(strstr(reply, "error") != NULL);
}
