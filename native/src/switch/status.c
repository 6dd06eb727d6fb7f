/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "status.h"

#include "io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STEP "status"
#define STATUS_MAX (16 * 1024 * 1024)
#define TAG "<domstatus "

static char *read_status(const char *path, struct error *err)
{
    char *text = read_file(AT_FDCWD, path, STATUS_MAX, NULL);

    if (!text) {
        fail_errno(err, STEP, "%s cannot be read", path);
    }
    return text;
}

/* Take attribute @name out of the tag that ends at or behind @tag. */
static void cut_attribute(char *tag, const char *name)
{
    char *end = strchr(tag, '>');
    char *begin = strstr(tag, name);
    char *close = begin ? strchr(begin + strlen(name), '\'') : NULL;

    if (end && close && close < end) {
        memmove(begin, close + 1, strlen(close + 1) + 1);
    }
}

static bool cut_state(char *text, const char *path, struct error *err)
{
    char *tag = strstr(text, TAG);

    if (!tag) {
        return fail(err, STEP, "%s is no status file of libvirt", path);
    }
    cut_attribute(tag, " state='");
    cut_attribute(tag, " reason='");
    return true;
}

bool status_unchanged(const char *live, const char *base, struct error *err)
{
    char *is = read_status(live, err);
    char *was = is ? read_status(base, err) : NULL;
    bool ok = was && cut_state(is, live, err) && cut_state(was, base, err) &&
              (!strcmp(is, was) ||
               fail(err, STEP, "%s has changed since the switch was prepared: "
                    "prepare it again", live));

    free(is);
    free(was);
    return ok;
}

/* The value of attribute @name in the tag at @tag, or "". */
static void attribute(const char *tag, const char *name, char *value,
                      size_t size)
{
    const char *end = strchr(tag, '>');
    const char *begin = strstr(tag, name);

    value[0] = '\0';
    if (begin && end && begin < end) {
        begin += strlen(name);
        snprintf(value, size, "%.*s", (int)strcspn(begin, "'"), begin);
    }
}

static bool no_job(const char *path, struct error *err)
{
    char *text = read_status(path, err);
    char *tag = text ? strstr(text, TAG) : NULL;
    char *domain, *job, type[32], async[32];
    bool ok = text != NULL;

    if (tag) {
        /* The definition that follows may say anything, in its metadata. */
        domain = strstr(tag, "<domain ");
        if (domain) {
            *domain = '\0';
        }
        job = strstr(tag, "<job ");
        if (job) {
            attribute(job, " type='", type, sizeof(type));
            attribute(job, " async='", async, sizeof(async));
            ok = (!strcmp(type, "none") && !strcmp(async, "none")) ||
                 fail(err, STEP, "a job (%s, %s) is under way on the domain of "
                      "%s: try again when it is done", type, async, path);
        }
    }
    free(text);
    return ok;
}

static bool is_status_name(const char *name)
{
    size_t len = strlen(name);

    return name[0] != '.' && len > 4 && !strcmp(name + len - 4, ".xml");
}

bool status_no_jobs(const char *dir, struct error *err)
{
    const struct dirent *entry;
    bool ok = true;
    DIR *open_dir = opendir(dir);

    if (!open_dir) {
        return fail_errno(err, STEP, "%s cannot be read", dir);
    }
    while (ok && (entry = readdir(open_dir)) != NULL) {
        if (is_status_name(entry->d_name)) {
            char path[4096 + sizeof(entry->d_name)];

            snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);
            ok = no_job(path, err);
        }
    }
    closedir(open_dir);
    return ok;
}

static bool names_process(const char *live, pid_t pid)
{
    char *text = read_file(AT_FDCWD, live, STATUS_MAX, NULL);
    const char *tag = text ? strstr(text, TAG) : NULL;
    char value[16] = "";
    bool same;

    if (tag) {
        attribute(tag, " pid='", value, sizeof(value));
    }
    same = strtol(value, NULL, 10) == pid;
    free(text);
    return same;
}

bool status_adopt(const char *live, const char *next, pid_t pid,
                  struct error *err)
{
    if (move_file(next, live) || (errno == ENOENT && names_process(live, pid))) {
        return true;
    }
    return fail_errno(err, STEP, "%s cannot be put in the place of %s", next,
                      live);
}
