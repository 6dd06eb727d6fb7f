/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
#include "control.h"

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"

#define WORDS_MAX 8
#define COMMAND_SECONDS 120 /* unless the line says otherwise */

void control_open(struct control *control, const char *path, struct traffic *traffic,
                  struct guests *guests)
{
    struct sockaddr_un here = { .sun_family = AF_UNIX };

    if (strlen(path) >= sizeof(here.sun_path)) {
        errx(EXIT_FAILURE, "path of the socket is too long: %s", path);
    }
    strcpy(here.sun_path, path);
    unlink(path);
    control->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (control->listener < 0 ||
        bind(control->listener, (struct sockaddr *)&here, sizeof(here)) != 0 ||
        listen(control->listener, 16) != 0) {
        err(EXIT_FAILURE, "cannot listen on %s", path);
    }
    for (int i = 0; i < CLIENTS_MAX; i++) {
        control->clients[i].fd = -1;
    }
    control->traffic = traffic;
    control->guests = guests;
}

struct client *control_accept(struct control *control)
{
    int fd = accept4(control->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    for (int i = 0; i < CLIENTS_MAX && fd >= 0; i++) {
        if (control->clients[i].fd < 0) {
            control->clients[i] = (struct client){ .fd = fd };
            return &control->clients[i];
        }
    }
    if (fd >= 0) {
        close(fd);
    }
    return NULL;
}

static void hang_up(struct client *client)
{
    close(client->fd);
    client->fd = -1;
}

/* Sends the answer and frees it. Answers fit the socket's buffer; a client that
 * takes none is let go. */
static void answer(struct client *client, struct json *json)
{
    json_close(json, '}');
    client->state = WAITS_FOR_LINE;
    if (send(client->fd, json->text, json->used, MSG_NOSIGNAL) != (ssize_t)json->used ||
        send(client->fd, "\n", 1, MSG_NOSIGNAL) != 1) {
        hang_up(client);
    }
    json_free(json);
}

static struct json begin_answer(bool ok)
{
    struct json json = { 0 };

    json_open(&json, NULL, '{');
    json_bool(&json, "ok", ok);
    return json;
}

static void __attribute__((format(printf, 2, 3)))
answer_error(struct client *client, const char *format, ...)
{
    struct json json = begin_answer(false);
    char text[256];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    json_string(&json, "error", text);
    answer(client, &json);
}

static void answer_guest(struct client *client, const struct guest *guest)
{
    struct json json = begin_answer(true);

    guest_write(&json, guest, monotonic_ns(), true);
    answer(client, &json);
}

static void answer_list(struct control *control, struct client *client)
{
    struct json json = begin_answer(true);

    json_open(&json, "guests", '[');
    for (size_t i = 0; i < control->guests->count; i++) {
        json_open(&json, NULL, '{');
        guest_write(&json, &control->guests->list[i], monotonic_ns(), false);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_number(&json, "damaged", control->traffic->damaged);
    answer(client, &json);
}

static bool parse_seconds(const char *word, uint64_t *ns)
{
    char *end;
    unsigned long seconds = strtoul(word, &end, 10);

    if (word[0] < '0' || word[0] > '9' || *end != 0 || seconds > 86400) {
        return false;
    }
    *ns = seconds * NS_PER_SECOND;
    return true;
}

static void begin_command(struct control *control, struct client *client, const char *text,
                          uint64_t timeout_ns)
{
    struct guest *guest = guests_find(control->guests, client->ip);

    if (guest->command.pending) {
        answer_error(client, "the guest is busy with: %s", guest->command.text);
        return;
    }
    if (strlen(text) >= sizeof(guest->command.text)) {
        answer_error(client, "command too long");
        return;
    }
    traffic_command(control->traffic, guest, text);
    client->command_id = guest->command.id;
    client->give_up_ns = monotonic_ns() + timeout_ns;
    client->state = WAITS_FOR_RESULT;
}

/* command IP [SECONDS] WORD… */
static void command(struct control *control, struct client *client, char **words, int n)
{
    uint64_t timeout = COMMAND_SECONDS * NS_PER_SECOND;
    char text[LINE_MAX_SIZE] = "";
    int first = n > 3 && parse_seconds(words[2], &timeout) ? 3 : 2;

    for (int i = first; i < n; i++) {
        strcat(text, i > first ? " " : "");
        strcat(text, words[i]);
    }
    client->resets = false;
    begin_command(control, client, text, timeout);
}

/* wait IP up|down SECONDS, wait IP boots N SECONDS */
static void wait_for(struct client *client, char **words, int n)
{
    bool boots = n == 5 && strcmp(words[2], "boots") == 0;
    bool up_or_down = n == 4 && (strcmp(words[2], "up") == 0 || strcmp(words[2], "down") == 0);
    uint64_t timeout;

    if ((!boots && !up_or_down) || !parse_seconds(words[n - 1], &timeout)) {
        answer_error(client, "usage: wait IP up|down SECONDS, or wait IP boots N SECONDS");
        return;
    }
    client->wants_up = boots || strcmp(words[2], "up") == 0;
    client->wants_boots = boots ? (unsigned)strtoul(words[3], NULL, 10) : 0;
    client->give_up_ns = monotonic_ns() + timeout;
    client->state = WAITS_FOR_GUEST;
}

static void handle(struct control *control, struct client *client)
{
    char *words[WORDS_MAX], *rest = client->line, *word;
    struct guest *guest;
    int n = 0;

    while (n < WORDS_MAX && (word = strsep(&rest, " ")) != NULL) {
        if (word[0] != 0) {
            words[n++] = word;
        }
    }
    if (n == 1 && strcmp(words[0], "list") == 0) {
        answer_list(control, client);
        return;
    }
    if (n < 2 || inet_pton(AF_INET, words[1], &client->ip) != 1) {
        answer_error(client, "usage: list, stats IP, reset IP, command IP [SECONDS] WORD..., "
                             "wait IP up|down SECONDS, wait IP boots N SECONDS");
        return;
    }
    if (strcmp(words[0], "wait") == 0) {
        wait_for(client, words, n);
        return;
    }
    guest = guests_find(control->guests, client->ip);
    if (guest == NULL) {
        answer_error(client, "no guest %s was ever heard", words[1]);
    } else if (strcmp(words[0], "stats") == 0 && n == 2) {
        answer_guest(client, guest);
    } else if (strcmp(words[0], "reset") == 0 && n == 2) {
        client->resets = true;
        begin_command(control, client, "reset", COMMAND_SECONDS * NS_PER_SECOND);
    } else if (strcmp(words[0], "command") == 0 && n > 2) {
        command(control, client, words, n);
    } else {
        answer_error(client, "unknown or incomplete: %s", words[0]);
    }
}

/* Nobody waits for the client's command any more. */
static void forget_command(struct control *control, const struct client *client)
{
    struct guest *guest = guests_find(control->guests, client->ip);

    if (client->state == WAITS_FOR_RESULT && guest->command.id == client->command_id) {
        guest->command.pending = false;
    }
}

void control_read(struct control *control, struct client *client)
{
    ssize_t n = read(client->fd, client->line + client->used,
                     sizeof(client->line) - 1 - client->used);
    char *end;

    if (n <= 0) {
        if (n == 0 || errno != EAGAIN) {
            forget_command(control, client);
            hang_up(client);
        }
        return;
    }
    client->used += (size_t)n;
    client->line[client->used] = 0;
    end = strchr(client->line, '\n');
    if (end == NULL) {
        if (client->used == sizeof(client->line) - 1) {
            client->used = 0;
            answer_error(client, "line too long");
        }
        return;
    }
    *end = 0;
    client->used = 0;
    if (client->state == WAITS_FOR_LINE) {
        handle(control, client);
    } else {
        forget_command(control, client);
        hang_up(client); /* speaks before it is its turn */
    }
}

static const char *state_name(enum result_state state)
{
    switch (state) {
    case RESULT_GOOD:
        return "good";
    case RESULT_BAD:
        return "bad";
    case RESULT_REFUSED:
        return "refused";
    default:
        return "unknown";
    }
}

static void answer_result(struct client *client, const struct guest_command *given)
{
    struct json json = begin_answer(given->state == RESULT_GOOD);

    json_string(&json, "command", given->text);
    json_string(&json, "result", state_name(given->state));
    json_string(&json, "text", given->answer);
    answer(client, &json);
}

static void check_result(struct client *client, struct guest *guest, uint64_t now)
{
    struct guest_command *given = &guest->command;
    bool ours = given->id == client->command_id;

    if (ours && !given->pending) {
        if (client->resets && given->state == RESULT_GOOD) {
            guest_reset(guest);
        }
        answer_result(client, given);
    } else if (!ours || memcmp(given->boot_id, guest->boot_id, sizeof(given->boot_id)) != 0) {
        given->pending = ours ? false : given->pending;
        answer_error(client, "the guest rebooted before it answered");
    } else if (now > client->give_up_ns) {
        given->pending = false;
        answer_error(client, "no answer to: %s", given->text);
    }
}

static void check_guest(struct client *client, const struct guest *guest, uint64_t now)
{
    bool up = guest != NULL && guest_up(guest, now);

    if (guest != NULL && up == client->wants_up && guest->boots >= client->wants_boots) {
        answer_guest(client, guest);
    } else if (now > client->give_up_ns) {
        answer_error(client, "%s is still %s", inet_ntoa(client->ip),
                     client->wants_boots > 0 ? "not booted that often" : up ? "up" : "down");
    }
}

void control_tick(struct control *control)
{
    uint64_t now = monotonic_ns();

    for (int i = 0; i < CLIENTS_MAX; i++) {
        struct client *client = &control->clients[i];
        struct guest *guest;

        if (client->fd < 0 || client->state == WAITS_FOR_LINE) {
            continue;
        }
        guest = guests_find(control->guests, client->ip);
        if (client->state == WAITS_FOR_RESULT) {
            check_result(client, guest, now);
        } else {
            check_guest(client, guest, now);
        }
    }
}
