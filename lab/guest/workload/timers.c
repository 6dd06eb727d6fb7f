/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/*
 * Timers of three makes: timerfd, clock_nanosleep and POSIX timers. None may
 * fire early; how late they are is recorded.
 */
#include <signal.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "clock.h"
#include "gate.h"
#include "workload.h"

#define PERIOD_NS (50 * NS_PER_MS)
#define TIMER_SIGNAL SIGRTMIN

typedef bool wait_until_fn(void *timer, uint64_t due);

struct make {
    const char *name;
    void *timer;
    wait_until_fn *wait_until;
    struct gate_worker worker;
};

static bool wait_timerfd(void *timer, uint64_t due)
{
    struct itimerspec spec = { .it_value = timespec_of(due) };
    int fd = *(int *)timer;
    uint64_t expirations;

    return timerfd_settime(fd, TFD_TIMER_ABSTIME, &spec, NULL) == 0 &&
           read(fd, &expirations, sizeof(expirations)) == sizeof(expirations) && expirations == 1;
}

static bool wait_nanosleep(void *timer, uint64_t due)
{
    struct timespec until = timespec_of(due);

    (void)timer;
    return clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == 0;
}

static bool wait_posix(void *timer, uint64_t due)
{
    struct itimerspec spec = { .it_value = timespec_of(due) };
    sigset_t signals;
    int signal;

    sigemptyset(&signals);
    sigaddset(&signals, TIMER_SIGNAL);
    return timer_settime(*(timer_t *)timer, TIMER_ABSTIME, &spec, NULL) == 0 &&
           sigwait(&signals, &signal) == 0;
}

static void *run_timer(void *argument)
{
    struct make *make = argument;

    gate_join(&make->worker, make->name);
    for (;;) {
        uint64_t due = monotonic_ns() + paced(PERIOD_NS);
        uint64_t now;

        if (!make->wait_until(make->timer, due)) {
            say("%s: failed", make->name);
            count(C_timer_early, 1);
        }
        now = monotonic_ns();
        if (now < due) {
            count(C_timer_early, 1);
        } else {
            count_worst(C_timer_late_max_ns, now - due);
        }
        count(C_timers_fired, 1);
        gate_sleep(&make->worker, 0);
    }
    return NULL;
}

void timers_start(void)
{
    static int fd;
    static timer_t posix;
    static struct make makes[] = {
        { .name = "timerfd", .timer = &fd, .wait_until = wait_timerfd },
        { .name = "nanosleep", .wait_until = wait_nanosleep },
        { .name = "posix-timer", .timer = &posix, .wait_until = wait_posix },
    };
    struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = TIMER_SIGNAL };
    sigset_t signals;

    /* Blocked before any thread starts, so that all threads inherit it and
     * sigwait() is the only one to take the signal. */
    sigemptyset(&signals);
    sigaddset(&signals, TIMER_SIGNAL);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);

    fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    if (fd < 0 || timer_create(CLOCK_MONOTONIC, &event, &posix) != 0) {
        say("timers: cannot be had");
        count(C_timer_early, 1);
        return;
    }
    for (size_t i = 0; i < sizeof(makes) / sizeof(makes[0]); i++) {
        start_thread(run_timer, &makes[i], -1);
    }
}
