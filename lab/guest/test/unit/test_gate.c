/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "check.h"
#include "clock.h"
#include "gate.h"

#define WORKERS 4

static struct gate_worker workers[WORKERS];
static unsigned long work[WORKERS];
static bool stop;
static pthread_barrier_t joined;

static void *work_on(void *argument)
{
    size_t i = (size_t)((struct gate_worker *)argument - workers);

    gate_join(&workers[i], "worker");
    pthread_barrier_wait(&joined);
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
        __atomic_fetch_add(&work[i], 1, __ATOMIC_RELAXED);
        gate_sleep(&workers[i], i % 2 == 0 ? 0 : 100 * NS_PER_SECOND);
    }
    return NULL;
}

static unsigned long total(void)
{
    unsigned long sum = 0;

    for (int i = 0; i < WORKERS; i++) {
        sum += __atomic_load_n(&work[i], __ATOMIC_RELAXED);
    }
    return sum;
}

void test_gate(void)
{
    pthread_t threads[WORKERS];
    unsigned long before;

    pthread_barrier_init(&joined, NULL, WORKERS + 1);
    for (int i = 0; i < WORKERS; i++) {
        pthread_create(&threads[i], NULL, work_on, &workers[i]);
    }
    pthread_barrier_wait(&joined);

    /* Also those stand that would have slept for long; nobody works. */
    CHECK(gate_close(60 * NS_PER_SECOND) == NULL);
    before = total();
    for (int i = 0; i < 1000; i++) {
        sched_yield();
    }
    CHECK(total() == before);
    gate_open();
    while (total() == before) {
        sched_yield();
    }

    CHECK(gate_close(60 * NS_PER_SECOND) == NULL);
    __atomic_store_n(&stop, true, __ATOMIC_RELAXED);
    gate_open();
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(threads[i], NULL);
    }

    /* Nobody is there any more who could come to the gate. */
    CHECK(strcmp(gate_close(10 * NS_PER_MS), "worker") == 0);
    gate_open();
    pthread_barrier_destroy(&joined);
}
