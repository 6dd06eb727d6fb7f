/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/*
 * Commands from the host. A command is repeated by the host until its result
 * arrives, so each is carried out once, by a thread of its own, and its result
 * is kept until the next one.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "clock.h"
#include "gate.h"
#include "workload.h"

#define ENDING_PAUSE_NS (600 * NS_PER_MS) /* three repeats of a command */
#define CORRUPT_NS (60 * NS_PER_SECOND)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t arrived = PTHREAD_COND_INITIALIZER;
static bool worker_started;
/* The command at hand, all under the lock. */
static uint64_t current_session, current_id;
static enum result_state state = RESULT_NONE;
static char command_text[64];
static char answer_text[PACKET_TEXT_MAX];

static void *end_guest(void *argument)
{
    const struct timespec pause = timespec_of(ENDING_PAUSE_NS);
    enum ending ending = *(const enum ending *)argument;
    int fd;

    nanosleep(&pause, NULL);
    switch (ending) {
    case END_POWEROFF:
        reboot(RB_POWER_OFF);
        break;
    case END_REBOOT:
        reboot(RB_AUTOBOOT);
        break;
    case END_CRASH:
        fd = open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);
        if (fd < 0 || write(fd, "c", 1) != 1) {
            say("cannot crash: %s", strerror(errno));
        }
        break;
    }
    return NULL;
}

void control_end(enum ending ending)
{
    static const enum ending endings[] = { END_POWEROFF, END_REBOOT, END_CRASH };

    say("%s", ending == END_POWEROFF ? "power off" : ending == END_REBOOT ? "reboot" : "crash");
    start_thread(end_guest, (void *)&endings[ending], -1);
}

static void reset_worst(void)
{
    for (int i = 0; i < COUNTERS; i++) {
        if (counter_descriptions[i].kind == COUNTER_WORST) {
            set_counter((enum counter)i, 0);
        }
    }
}

static enum result_state touch(const char *argument)
{
    char *end;
    unsigned long mb = strtoul(argument, &end, 10);

    if (argument[0] < '0' || argument[0] > '9' || *end != 0 || mb > 1048576) {
        snprintf(answer_text, sizeof(answer_text), "touch: not a number of MiB: %.20s", argument);
        return RESULT_REFUSED;
    }
    if (!touched_grow((unsigned)mb)) {
        snprintf(answer_text, sizeof(answer_text), "touch: no %lu MiB free", mb);
        return RESULT_REFUSED;
    }
    return RESULT_GOOD;
}

static enum result_state corrupt(const char *what)
{
    bool done = true;

    /* While nobody works, so that nobody writes over it unseen. */
    if (gate_close(CORRUPT_NS) != NULL) {
        done = false;
    } else if (strcmp(what, "memory") == 0) {
        memory_corrupt();
    } else if (strcmp(what, "touched") == 0) {
        done = touched_corrupt();
    } else if (strcmp(what, "disk") == 0) {
        done = disk_corrupt();
    } else if (strcmp(what, "fpu") == 0) {
        fpu_corrupt();
    } else {
        done = false;
    }
    gate_open();
    if (!done) {
        snprintf(answer_text, sizeof(answer_text), "corrupt: nothing of that kind: %.20s", what);
    }
    return done ? RESULT_GOOD : RESULT_REFUSED;
}

/* These are answered at once: soon nobody is there to answer. */
static bool begin_ending(const char *command)
{
    if (strcmp(command, "reboot") == 0) {
        control_end(END_REBOOT);
    } else if (strcmp(command, "poweroff") == 0) {
        control_end(END_POWEROFF);
    } else if (strcmp(command, "crash") == 0) {
        control_end(END_CRASH);
    } else {
        return false;
    }
    return true;
}

/* Runs without the lock; the answer is not looked at while RUNNING. */
static enum result_state carry_out(const char *command)
{
    strcpy(answer_text, "ok");
    if (strcmp(command, "verdict") == 0) {
        return verdict(0, answer_text) ? RESULT_GOOD : RESULT_BAD;
    } else if (strncmp(command, "verdict ", 8) == 0) {
        return verdict(strtoull(command + 8, NULL, 10), answer_text) ? RESULT_GOOD : RESULT_BAD;
    } else if (strcmp(command, "reset") == 0) {
        reset_worst();
    } else if (strcmp(command, "dirty on") == 0) {
        touched_dirty(true);
    } else if (strcmp(command, "dirty off") == 0) {
        touched_dirty(false);
    } else if (strncmp(command, "touch ", 6) == 0) {
        return touch(command + 6);
    } else if (strncmp(command, "corrupt ", 8) == 0) {
        return corrupt(command + 8);
    } else {
        snprintf(answer_text, sizeof(answer_text), "unknown command: %.40s", command);
        return RESULT_REFUSED;
    }
    return RESULT_GOOD;
}

static void *control(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&lock);
    for (;;) {
        enum result_state result;

        while (state != RESULT_RUNNING) {
            pthread_cond_wait(&arrived, &lock);
        }
        pthread_mutex_unlock(&lock);
        result = carry_out(command_text);
        pthread_mutex_lock(&lock);
        state = result;
    }
    return NULL;
}

enum result_state control_command(uint64_t session, uint64_t id, const char *command,
                                  char answer[PACKET_TEXT_MAX])
{
    enum result_state result;

    if (!worker_started) {
        worker_started = true;
        start_thread(control, NULL, -1);
    }
    pthread_mutex_lock(&lock);
    if (session == current_session && id == current_id) {
        result = state;
        strcpy(answer, state == RESULT_RUNNING ? "running" : answer_text);
    } else if (state == RESULT_RUNNING) {
        result = RESULT_REFUSED;
        snprintf(answer, PACKET_TEXT_MAX, "busy with: %s", command_text);
    } else if ((size_t)snprintf(command_text, sizeof(command_text), "%s", command) >=
               sizeof(command_text)) {
        result = RESULT_REFUSED;
        strcpy(answer, "command too long");
    } else {
        current_session = session;
        current_id = id;
        if (begin_ending(command)) {
            state = result = RESULT_GOOD;
            strcpy(answer_text, "ok");
            strcpy(answer, answer_text);
        } else {
            state = result = RESULT_RUNNING;
            strcpy(answer, "running");
            pthread_cond_signal(&arrived);
        }
    }
    pthread_mutex_unlock(&lock);
    return result;
}
