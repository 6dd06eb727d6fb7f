/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "window.h"

#include "clock.h"
#include "daemon.h"
#include "io.h"
#include "status.h"
#include "urgency.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static unsigned int usable_cores(void)
{
    cpu_set_t set;

    /* A machine with more CPUs than fit in the set has enough. */
    return sched_getaffinity(0, sizeof(set), &set) == 0
               ? (unsigned int)CPU_COUNT(&set)
               : CPU_SETSIZE;
}

struct job {
    struct window *window;
    struct vm *vm;
};

static void *work(void *opaque)
{
    struct job job = *(struct job *)opaque;
    struct window *window = job.window;
    int command;

    free(opaque);
    pthread_mutex_lock(&window->lock);
    while (window->command == WAIT) {
        pthread_cond_wait(&window->changed, &window->lock);
    }
    command = window->command;
    pthread_mutex_unlock(&window->lock);
    if (command == ABORT) {
        return NULL;
    }
    urgency_self();
    if (window->failure) {
        vm_give_up(job.vm, window->failure);
    } else if (window->spec->resolve) {
        vm_resolve(job.vm);
    } else {
        vm_switch(job.vm);
    }
    vm_report(job.vm);
    return NULL;
}

/* All threads exist before the window opens: creating one can fail. */
static bool create_threads(struct window *window, struct error *err)
{
    for (size_t i = 0; i < window->spec->n_vms; i++) {
        struct job *job = malloc(sizeof(*job));

        errno = ENOMEM;
        if (job) {
            *job = (struct job){ window, &window->vms[i] };
            errno = pthread_create(&window->threads[i], NULL, work, job);
        }
        if (errno) {
            free(job);
            return fail_errno(err, "arm", "no thread for VM %s",
                              window->spec->vms[i].name);
        }
        window->n_threads++;
    }
    return true;
}

static bool arm_vm(struct window *window, size_t i, struct error *err)
{
    struct vm *vm = &window->vms[i];
    struct error why;

    if (window->spec->resolve ? vm_find(vm, &why) : vm_arm(vm, &why)) {
        return true;
    }
    return fail(err, why.step, "VM %.200s: %.700s", vm->spec->name,
                why.message);
}

bool window_arm(struct window *window, const struct spec *spec,
                struct error *err)
{
    memset(window, 0, sizeof(*window));
    window->spec = spec;
    window->daemon_pidfd = window->gate = -1;
    pthread_mutex_init(&window->lock, NULL);
    pthread_cond_init(&window->changed, NULL);
    sem_init(&window->cores, 0, usable_cores());
    window->vms = calloc(spec->n_vms, sizeof(*window->vms));
    window->threads = calloc(spec->n_vms, sizeof(*window->threads));
    if (!window->vms || !window->threads) {
        return fail_errno(err, "arm", "no memory for %zu VMs", spec->n_vms);
    }
    for (size_t i = 0; i < spec->n_vms; i++) {
        vm_init(&window->vms[i], &spec->vms[i], spec->deadline_ms,
                &window->cores);
    }
    if (spec->has_daemon) {
        window->daemon_pidfd = proc_open(&spec->daemon, "libvirtd", "libvirtd",
                                         err);
        if (window->daemon_pidfd < 0) {
            return false;
        }
    }
    for (size_t i = 0; i < spec->n_vms; i++) {
        if (!arm_vm(window, i, err)) {
            return false;
        }
    }
    return create_threads(window, err);
}

/* Is everything still as it was when the switch was prepared? */
static bool nothing_changed(struct window *window, struct error *err)
{
    const struct spec *spec = window->spec;

    if (!status_no_jobs(spec->status_dir, err)) {
        return false;
    }
    for (size_t i = 0; i < spec->n_vms; i++) {
        if (!status_unchanged(spec->vms[i].status_live,
                              spec->vms[i].status_base, err)) {
            return false;
        }
    }
    return true;
}

static bool open_window(struct window *window, struct error *err)
{
    const struct spec *spec = window->spec;
    int64_t since;

    window->gate = daemon_lock_gate(spec->gate, err);
    if (window->gate < 0) {
        return false;
    }
    since = now_ns();
    if (spec->has_daemon &&
        !daemon_freeze(window->daemon_pidfd, spec->daemon.pid, err)) {
        return false;
    }
    if (!spec->resolve && !window->failure && !nothing_changed(window, err)) {
        if (spec->has_daemon) {
            daemon_thaw(window->daemon_pidfd);
        }
        return false;
    }
    emit(json_pack("{s:s, s:I}", "event", "window-open", "t",
                   (json_int_t)since));
    return true;
}

static void command_threads(struct window *window, int command)
{
    pthread_mutex_lock(&window->lock);
    window->command = command;
    pthread_cond_broadcast(&window->changed);
    pthread_mutex_unlock(&window->lock);
    for (size_t i = 0; i < window->n_threads; i++) {
        (void)pthread_join(window->threads[i], NULL);
    }
    window->n_threads = 0;
}

bool window_must_put_back(const struct window *window)
{
    for (size_t i = 0; i < window->spec->n_vms; i++) {
        if (window->spec->vms[i].stops_early) {
            return true;
        }
    }
    return false;
}

bool window_put_back(struct window *window, const struct error *why,
                     enum result *worst, struct error *err)
{
    window->failure = why;
    return window_run(window, worst, err);
}

bool window_run(struct window *window, enum result *worst, struct error *err)
{
    urgency_self();
    if (!open_window(window, err)) {
        return false;
    }
    if (window->spec->has_daemon && !daemon_kill(window->daemon_pidfd, err)) {
        window->failure = err;
    }
    command_threads(window, GO);
    close_fd(&window->gate);
    emit(json_pack("{s:s, s:I}", "event", "window-closed", "t",
                   (json_int_t)now_ns()));
    *worst = COMMITTED;
    for (size_t i = 0; i < window->spec->n_vms; i++) {
        if (window->vms[i].result > *worst) {
            *worst = window->vms[i].result;
        }
    }
    return true;
}

void window_close(struct window *window)
{
    command_threads(window, ABORT);
    for (size_t i = 0; window->vms && i < window->spec->n_vms; i++) {
        vm_release(&window->vms[i]);
    }
    close_fd(&window->daemon_pidfd);
    close_fd(&window->gate);
    sem_destroy(&window->cores);
    pthread_cond_destroy(&window->changed);
    pthread_mutex_destroy(&window->lock);
    free(window->threads);
    free(window->vms);
}
