/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_VMM_EXEC_CREDENTIALS_H
#define ORTHUS_VMM_EXEC_CREDENTIALS_H

#include "error.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Who a process is and what it may do, as /proc/PID/status tells. */
struct credentials {
    uid_t uid[4];             /* real, effective, saved, file system */
    gid_t gid[4];
    gid_t *groups;
    size_t n_groups;
    uint64_t inheritable;     /* capability sets, bit N is capability N */
    uint64_t permitted;
    uint64_t effective;
    uint64_t bounding;
    uint64_t ambient;
    bool no_new_privs;
    bool seccomp_filtered;
};

bool credentials_read(pid_t pid, struct credentials *who, struct error *err);
void credentials_free(struct credentials *who);

/*
 * Become @who, from root: to be called last before execve(2), for afterwards
 * nothing else is permitted.
 */
bool credentials_wear(const struct credentials *who, struct error *err);

/* Is @pid really @who by now? To be asked after its execve(2). */
bool credentials_verify(pid_t pid, const struct credentials *who,
                        struct error *err);

#endif
