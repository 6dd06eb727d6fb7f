/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_VMM_EXEC_LABEL_H
#define ORTHUS_VMM_EXEC_LABEL_H

#include "error.h"

#include <sys/types.h>

/* The security label (AppArmor profile or SELinux context) of a process. */
struct label {
    char text[4096];      /* as it is written for exec; empty: none to take on */
    char current[4096];   /* as it is read */
    const char *current_file;
    const char *exec_file; /* below /proc/PID */
};

bool label_read(pid_t pid, struct label *label, struct error *err);

/*
 * Ask for @label at the next execve(2). @proc_self is /proc/self, opened before
 * another mount namespace was entered.
 */
bool label_wear(const struct label *label, int proc_self, struct error *err);

/* Does process @pid wear @label? */
bool label_verify(pid_t pid, const struct label *label, struct error *err);

#endif
