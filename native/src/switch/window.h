/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_SWITCH_WINDOW_H
#define ORTHUS_SWITCH_WINDOW_H

#include "error.h"
#include "spec.h"
#include "vm.h"

#include <pthread.h>

/*
 * The time in which libvirtd is gone. Everything that can fail for want of
 * something is done by window_arm(), before it.
 */
struct window {
    const struct spec *spec;
    struct vm *vms;
    pthread_t *threads;
    size_t n_threads;
    int daemon_pidfd;       /* -1: there is no libvirtd */
    int gate;               /* -1: not locked */
    sem_t cores;
    pthread_mutex_t lock;   /* protects @command and @failure */
    pthread_cond_t changed;
    enum { WAIT, GO, ABORT } command;
    const struct error *failure;  /* why no VM can be switched; NULL: none */
};

/* Get everything ready. window_close() is needed in either case. */
bool window_arm(struct window *window, const struct spec *spec,
                struct error *err);

/*
 * Open the window, switch all VMs, close it. False: it did not open, and nothing
 * has happened. *@worst is the worst result of a VM.
 */
bool window_run(struct window *window, enum result *worst, struct error *err);

/*
 * A VM with stopsEarly may stand still although the window was never opened. For
 * such a window an abort is to open it and to put every VM back because of @why.
 */
bool window_must_put_back(const struct window *window);
bool window_put_back(struct window *window, const struct error *why,
                     enum result *worst, struct error *err);

void window_close(struct window *window);

#endif
