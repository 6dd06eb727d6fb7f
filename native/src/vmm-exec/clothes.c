/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "clothes.h"

#include <string.h>

/* Does the command line ask QEMU to confine itself? */
static bool has_sandbox(const char *const *argv)
{
    for (; *argv; argv++) {
        if ((!strcmp(*argv, "-sandbox") || !strcmp(*argv, "--sandbox")) &&
            argv[1]) {
            argv++;
            if (!strncmp(*argv, "on", 2) &&
                ((*argv)[2] == ',' || (*argv)[2] == '\0')) {
                return true;
            }
        }
    }
    return false;
}

bool clothes_read(const struct spec *spec, struct clothes *clothes,
                  struct error *err)
{
    pid_t pid = spec->like.pid;

    memset(clothes, 0, sizeof(*clothes));
    clothes->namespaces.root = clothes->namespaces.cwd = -1;
    if (!credentials_read(pid, &clothes->credentials, err) ||
        !attributes_read(pid, &clothes->attributes, err) ||
        !namespaces_open(pid, &clothes->namespaces, err) ||
        !environment_read(pid, spec->env, &clothes->environment, err) ||
        !label_read(pid, &clothes->label, err)) {
        return false;
    }
    /* A filter cannot be copied; a QEMU that had one must make its own again. */
    if (clothes->credentials.seccomp_filtered && !has_sandbox(spec->argv)) {
        return fail(err, "seccomp", "process %d is confined by a seccomp "
                    "filter, but the new command line has no \"-sandbox on\"",
                    (int)pid);
    }
    return true;
}

void clothes_free(struct clothes *clothes)
{
    credentials_free(&clothes->credentials);
    namespaces_close(&clothes->namespaces);
    environment_free(&clothes->environment);
}
