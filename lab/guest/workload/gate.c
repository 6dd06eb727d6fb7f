/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
#include "gate.h"

#include <pthread.h>
#include <stdio.h>

#include "clock.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed; /* on CLOCK_MONOTONIC */
static struct gate_worker *workers;
static bool closed;

__attribute__((constructor)) static void gate_init(void)
{
    pthread_condattr_t attributes;

    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&changed, &attributes);
    pthread_condattr_destroy(&attributes);
}

void gate_join(struct gate_worker *worker, const char *name)
{
    snprintf(worker->name, sizeof(worker->name), "%s", name);
    worker->parked = false;
    pthread_mutex_lock(&lock);
    worker->next = workers;
    workers = worker;
    pthread_mutex_unlock(&lock);
}

void gate_sleep(struct gate_worker *worker, uint64_t ns)
{
    struct timespec until = timespec_of(monotonic_ns() + ns);

    pthread_mutex_lock(&lock);
    while (ns > 0 && !closed && pthread_cond_timedwait(&changed, &lock, &until) == 0) {
    }
    if (closed) {
        worker->parked = true;
        pthread_cond_broadcast(&changed);
        while (closed) {
            pthread_cond_wait(&changed, &lock);
        }
        worker->parked = false;
    }
    pthread_mutex_unlock(&lock);
}

static const struct gate_worker *first_moving(void)
{
    const struct gate_worker *worker = workers;

    while (worker != NULL && worker->parked) {
        worker = worker->next;
    }
    return worker;
}

const char *gate_close(uint64_t timeout_ns)
{
    struct timespec until = timespec_of(monotonic_ns() + timeout_ns);
    const struct gate_worker *moving;

    pthread_mutex_lock(&lock);
    closed = true;
    pthread_cond_broadcast(&changed);
    while ((moving = first_moving()) != NULL &&
           pthread_cond_timedwait(&changed, &lock, &until) == 0) {
    }
    pthread_mutex_unlock(&lock);
    return moving == NULL ? NULL : moving->name;
}

void gate_open(void)
{
    pthread_mutex_lock(&lock);
    closed = false;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}
