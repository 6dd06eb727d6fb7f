/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_VMM_EXEC_LEASE_H
#define ORTHUS_VMM_EXEC_LEASE_H

#include "error.h"

/*
 * The lease: a FIFO whose writing end is held by those who answer for a process
 * that is not committed yet. A byte 'K' means that it is to be kept.
 */
enum lease_end {
    LEASE_KEPT,     /* 'K' was read */
    LEASE_LOST,     /* nobody holds the writing end any more */
    LEASE_EXITED,   /* the process ended by itself */
};

/*
 * Open the reading end of the FIFO @path, which must belong to root alone, and
 * wait up to ten seconds for somebody to hold the writing end: if the holder
 * opens it only now, the two meet here. Returns -1 on failure.
 */
int lease_open(const char *path, struct error *err);

/* Wait for the end of the lease @fd on the process behind @pidfd. */
enum lease_end lease_wait(int fd, int pidfd);

#endif
