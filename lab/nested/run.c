/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 *
 * run: the one command that sshd of the nested lab's host starts (ForceCommand).
 * Runs CMD the way "lab exec" promises, which sshd by itself does not:
 *
 * - CMD is an argument vector and never seen by a shell. It arrives as text in
 *   $SSH_ORIGINAL_COMMAND: the arguments, a NUL behind each, in base64.
 * - The end of CMD is the end: what it left running in the background may hold
 *   its output open without holding the caller.
 * - A CMD killed by signal n is status 128 + n, one that cannot be run 127.
 * - When the caller goes away, CMD gets SIGTERM. All that sshd lets us see of it
 *   is that nobody reads our standard output any more.
 *
 * On a terminal it becomes CMD: the terminal does all that.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CANNOT_RUN = 127, CHUNK = 65536 };

/* One of CMD's outputs on its way to the caller. */
struct stream {
    int from; /* our end of CMD's pipe; -1: nothing more to come */
    int to;   /* -1: nobody listens any more */
};

static int base64_digit(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *found = c ? strchr(digits, c) : NULL;

    return found ? (int)(found - digits) : -1;
}

/* Decodes in place; returns the number of bytes. */
static size_t base64_decode(char *text)
{
    size_t length = 0;
    unsigned bits = 0;
    int count = 0;

    for (const char *c = text; *c && *c != '='; c++) {
        int digit = base64_digit(*c);

        if (digit < 0)
            errx(CANNOT_RUN, "not a command from 'lab exec': its text is not base64");
        bits = bits << 6 | (unsigned)digit;
        count += 6;
        if (count >= 8) {
            count -= 8;
            text[length++] = (char)(bits >> count);
        }
    }
    return length;
}

static char **command(void)
{
    const char *original = getenv("SSH_ORIGINAL_COMMAND");
    char *text = strdup(original ? original : "");
    size_t length = text ? base64_decode(text) : 0;
    size_t count = 0;
    char **argv;

    if (length == 0 || text[length - 1] != '\0')
        errx(CANNOT_RUN, "not a command from 'lab exec': it has no argument");
    argv = calloc(length + 1, sizeof(*argv));
    if (!argv)
        err(CANNOT_RUN, "cannot read the command");
    for (char *argument = text; argument < text + length; argument += strlen(argument) + 1)
        argv[count++] = argument;
    return argv;
}

/* The environment of a fresh login. */
static void set_environment(void)
{
    const char *term = getenv("TERM");
    char *kept = strdup(term ? term : "dumb");

    clearenv();
    setenv("HOME", "/root", 1);
    setenv("LANG", "C.UTF-8", 1);
    setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
    setenv("TERM", kept ? kept : "dumb", 1);
    free(kept);
}

static _Noreturn void become(char **argv)
{
    execvp(argv[0], argv);
    err(CANNOT_RUN, "%s", argv[0]);
}

static pid_t start(char **argv, struct stream streams[2])
{
    int ends[2][2];
    pid_t child;

    if (pipe(ends[0]) || pipe(ends[1]))
        err(CANNOT_RUN, "%s: no pipe", argv[0]);
    child = fork();
    if (child < 0)
        err(CANNOT_RUN, "%s: no process", argv[0]);
    if (child == 0) {
        dup2(ends[0][1], STDOUT_FILENO);
        dup2(ends[1][1], STDERR_FILENO);
        for (int i = 0; i < 2; i++) {
            close(ends[i][0]);
            close(ends[i][1]);
        }
        signal(SIGPIPE, SIG_DFL);
        /* It must not outlive us unnoticed either. */
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        become(argv);
    }
    /* Standard input is CMD's alone: its writer must see when CMD closes it. */
    close(STDIN_FILENO);
    for (int i = 0; i < 2; i++) {
        close(ends[i][1]);
        streams[i] = (struct stream){.from = ends[i][0], .to = STDOUT_FILENO + i};
    }
    return child;
}

/* The caller of a stream does not listen any more; CMD is to notice, as it would
 * without us, by SIGPIPE. */
static void stop(struct stream *stream)
{
    if (stream->from >= 0)
        close(stream->from);
    if (stream->to >= 0)
        close(stream->to);
    stream->from = stream->to = -1;
}

/* Passes on what is there. At the end of CMD's output the caller's stays open:
 * that it is closed is how we see the caller go. */
static void pass(struct stream *stream)
{
    static char buffer[CHUNK];
    ssize_t length = read(stream->from, buffer, sizeof(buffer));

    if (length <= 0) {
        close(stream->from);
        stream->from = -1;
        return;
    }
    for (ssize_t done = 0; done < length;) {
        ssize_t written = write(stream->to, buffer + done, (size_t)(length - done));

        if (written < 0) {
            stop(stream);
            return;
        }
        done += written;
    }
}

/* Polls once. Returns false when CMD, whose pidfd is given, has ended and what
 * it wrote has been passed on. */
static bool serve(int pidfd, struct stream streams[2], bool ended)
{
    struct pollfd fds[5] = {{.fd = ended ? -1 : pidfd, .events = POLLIN}};
    bool passed = false;

    for (int i = 0; i < 2; i++) {
        fds[1 + i] = (struct pollfd){.fd = streams[i].from, .events = POLLIN};
        fds[3 + i] = (struct pollfd){.fd = streams[i].to};
    }
    if (poll(fds, 5, ended ? 0 : -1) < 0)
        return !ended;
    for (int i = 0; i < 2; i++) {
        if (fds[3 + i].revents)
            stop(&streams[i]);
        else if (fds[1 + i].revents) {
            pass(&streams[i]);
            passed = true;
        }
    }
    return ended ? passed : !fds[0].revents;
}

static int supervise(pid_t child, struct stream streams[2])
{
    int pidfd = (int)syscall(SYS_pidfd_open, child, 0);
    bool told = false;
    int status;

    if (pidfd < 0)
        err(CANNOT_RUN, "no pidfd");
    while (serve(pidfd, streams, false)) {
        if (!told && streams[0].to < 0) {
            kill(child, SIGTERM);
            told = true;
        }
    }
    while (serve(pidfd, streams, true))
        ;
    if (waitpid(child, &status, 0) < 0)
        err(CANNOT_RUN, "lost the command");
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int main(void)
{
    char **argv = command();
    struct stream streams[2];

    set_environment();
    if (isatty(STDIN_FILENO))
        become(argv);
    signal(SIGPIPE, SIG_IGN);
    return supervise(start(argv, streams), streams);
}
