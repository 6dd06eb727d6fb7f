/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
/*
 * orthus-switch: the window in which guests stand still. See orthus-switch(8).
 */

#include "io.h"
#include "spec.h"
#include "window.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOCUMENT_MAX (64 * 1024 * 1024)

enum {
    EXIT_COMMITTED = 0,
    EXIT_NOT_BEGUN = 1,
    EXIT_DOCUMENT = 2,
    EXIT_ROLLED_BACK = 3,
    EXIT_LOST = 4,
};

static int report_error(const struct error *err, int status)
{
    emit(json_pack("{s:s, s:s, s:s}", "event", "error", "step", err->step,
                   "message", err->message));
    fprintf(stderr, "orthus-switch: %s: %s\n", err->step, err->message);
    return status;
}

/* Read a line from standard input, without its end; NULL: none is complete. */
static char *read_line(size_t max)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t len = getline(&line, &size, stdin);

    if (len > 0 && (size_t)len <= max && line[len - 1] == '\n') {
        line[len - 1] = '\0';
        return line;
    }
    free(line);
    return NULL;
}

static bool told_to_go(struct error *err)
{
    char *line = read_line(DOCUMENT_MAX);
    bool go = line && !strcmp(line, "go");

    free(line);
    return go || fail(err, "go", "not told to go: nothing was done");
}

/* A guest that stands still already must not be left so, told or not. */
static bool go(struct window *window, enum result *worst, struct error *err)
{
    struct error why;

    if (told_to_go(&why)) {
        return window_run(window, worst, err);
    }
    if (window_must_put_back(window)) {
        return window_put_back(window, &why, worst, err);
    }
    *err = why;
    return false;
}

static int run(const struct spec *spec)
{
    static const int statuses[] = {
        [COMMITTED] = EXIT_COMMITTED,
        [ROLLED_BACK] = EXIT_ROLLED_BACK,
        [LOST] = EXIT_LOST,
    };
    struct window window;
    enum result worst;
    struct error err;
    int status;

    if (!window_arm(&window, spec, &err)) {
        status = report_error(&err, EXIT_NOT_BEGUN);
    } else {
        emit(json_pack("{s:s}", "event", "armed"));
        if (go(&window, &worst, &err)) {
            status = statuses[worst];
        } else {
            status = report_error(&err, EXIT_NOT_BEGUN);
        }
    }
    window_close(&window);
    return status;
}

/*
 * A guest may stand still as soon as we are armed, so only our input and the
 * end of the work stop us: a Ctrl-C meant for the engine comes here too.
 * SIGPIPE: nobody may be reading any more.
 */
static void ignore_signals(void)
{
    static const int ignored[] = { SIGHUP, SIGINT, SIGTERM, SIGPIPE };
    struct sigaction ignore = { .sa_handler = SIG_IGN };

    for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++) {
        (void)sigaction(ignored[i], &ignore, NULL);
    }
}

int main(int argc, char **argv)
{
    struct error err;
    struct spec spec;
    char *text;
    int status;

    (void)argv;
    if (argc > 1) {
        fprintf(stderr, "usage: orthus-switch < document\n"
                        "See orthus-switch(8).\n");
        return EXIT_DOCUMENT;
    }
    ignore_signals();
    text = read_line(DOCUMENT_MAX);
    if (!text) {
        fail(&err, "document", "standard input has no complete first line");
        return report_error(&err, EXIT_DOCUMENT);
    }
    if (!spec_parse(&spec, text, strlen(text), &err)) {
        status = report_error(&err, EXIT_DOCUMENT);
    } else {
        status = run(&spec);
    }
    spec_free(&spec);
    free(text);
    return status;
}
