/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */

/*
 * stumble.so: a QEMU that it is loaded into (LD_PRELOAD, before all others) gets
 * a signal, once, at the moment that $ORTHUS_STUMBLE names:
 *
 *   addresses-kill, addresses-stop  it has told VFIO where a part of guest RAM is
 *                                   in its memory: it loads the state of devices
 *                                   that it was handed, and has not loaded all
 *   run-kill, run-stop              its first vCPU is about to run
 *
 * The signals are SIGKILL and SIGSTOP. A line in QEMU's log tells that it came so far.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <linux/kvm.h>
#include <linux/vfio.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int ioctl_function(int fd, unsigned long request, ...);

static ioctl_function *next_ioctl;
static const char *moment = "";

__attribute__((constructor)) static void prepare(void)
{
    const char *wanted = getenv("ORTHUS_STUMBLE");

    next_ioctl = (ioctl_function *)dlsym(RTLD_NEXT, "ioctl");
    moment = wanted ? wanted : "";
}

/* Is this the moment of @name? Then it is what follows "name-". */
static void stumble_at(const char *name)
{
    static atomic_flag stumbled = ATOMIC_FLAG_INIT;
    size_t len = strlen(name);

    if (!strncmp(moment, name, len) && !atomic_flag_test_and_set(&stumbled)) {
        dprintf(STDERR_FILENO, "stumble: %s\n", moment);
        raise(strcmp(moment + len, "-kill") ? SIGSTOP : SIGKILL);
    }
}

__attribute__((visibility("default")))
int ioctl(int fd, unsigned long request, ...)
{
    va_list ap;
    void *argument;
    int result;

    va_start(ap, request);
    argument = va_arg(ap, void *);
    va_end(ap);
    if (request == KVM_RUN) {
        stumble_at("run");
    }
    result = next_ioctl(fd, request, argument);
    if (request == VFIO_IOMMU_MAP_DMA && result == 0 &&
        ((struct vfio_iommu_type1_dma_map *)argument)->flags ==
            VFIO_DMA_MAP_FLAG_VADDR) {
        stumble_at("addresses");
    }
    return result;
}
