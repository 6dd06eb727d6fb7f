/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/* virtio-rng must go on giving bytes, and other ones each time. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "gate.h"
#include "workload.h"

#define DEVICE "/dev/hwrng"
#define PERIOD_NS (1 * NS_PER_SECOND)

static struct gate_worker worker;

static void *entropy(void *unused)
{
    uint8_t last[16] = { 0 }, now[16];
    int fd = open(DEVICE, O_RDONLY | O_CLOEXEC);

    (void)unused;
    /* The file is there in any case. */
    if (fd < 0 || (read(fd, last, sizeof(last)) < 0 && errno == ENODEV)) {
        return NULL; /* a guest without virtio-rng */
    }
    gate_join(&worker, "entropy");
    for (;;) {
        ssize_t n = read(fd, now, sizeof(now));

        if (n <= 0 || memcmp(now, last, (size_t)n) == 0) {
            count(C_entropy_bad, 1);
            say("entropy: %s", n <= 0 ? "cannot be read" : "the same bytes again");
        } else {
            count(C_entropy_bytes, (uint64_t)n);
            memcpy(last, now, (size_t)n);
        }
        gate_sleep(&worker, paced(PERIOD_NS));
    }
    return NULL;
}

void entropy_start(void)
{
    start_thread(entropy, NULL, -1);
}
