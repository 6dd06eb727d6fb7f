/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_VMM_EXEC_ATTRIBUTES_H
#define ORTHUS_VMM_EXEC_ATTRIBUTES_H

#include "error.h"

#include <sys/resource.h>
#include <sys/types.h>

/* What else a process keeps over execve(2): limits and kernel tunables. */
struct attributes {
    struct rlimit limit[RLIM_NLIMITS];
    char oom_score_adj[16];      /* as /proc shows it; empty: not there */
    char coredump_filter[24];    /* hexadecimal; empty: not there */
    unsigned long personality;
    unsigned long timer_slack_ns; /* 0: could not be read */
    mode_t umask;
    bool no_huge_pages;          /* PR_SET_THP_DISABLE */
};

bool attributes_read(pid_t pid, struct attributes *what, struct error *err);

/* @proc_self is /proc/self, opened before another mount namespace was entered. */
bool attributes_wear(const struct attributes *what, int proc_self,
                     struct error *err);

#endif
