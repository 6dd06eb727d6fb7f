/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/* The verdict: everything is verified once, and no check may ever have failed. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "gate.h"
#include "workload.h"

#define STAND_NS (60 * NS_PER_SECOND)

static void __attribute__((format(printf, 2, 3)))
add_reason(char reasons[PACKET_TEXT_MAX], const char *format, ...)
{
    size_t used = strlen(reasons);
    va_list arguments;

    if (used > 0 && used + 2 < PACKET_TEXT_MAX) {
        used += (size_t)snprintf(reasons + used, PACKET_TEXT_MAX - used, "; ");
    }
    va_start(arguments, format);
    vsnprintf(reasons + used, PACKET_TEXT_MAX - used, format, arguments);
    va_end(arguments);
}

bool verdict(uint64_t may_lose, char reasons[PACKET_TEXT_MAX])
{
    const char *moving = gate_close(STAND_NS);

    reasons[0] = 0;
    if (moving != NULL) {
        add_reason(reasons, "%s does not come back", moving);
    } else {
        memory_verify();
        touched_verify();
        disk_verify();
    }
    gate_open();

    for (int i = 0; i < COUNTERS; i++) {
        uint64_t value = __atomic_load_n(&the_record->counters[i], __ATOMIC_RELAXED);

        if (i == C_net_lost && value <= may_lose) {
            continue;
        }
        if (counter_descriptions[i].kind == COUNTER_BAD && value != 0) {
            add_reason(reasons, "%s=%llu", counter_descriptions[i].name,
                       (unsigned long long)value);
        }
    }
    say("verdict: %s%s%s", reasons[0] == 0 ? "good" : "bad", reasons[0] == 0 ? "" : ": ", reasons);
    if (reasons[0] != 0) {
        return false;
    }
    strcpy(reasons, "ok");
    return true;
}
