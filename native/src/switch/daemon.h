/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_SWITCH_DAEMON_H
#define ORTHUS_SWITCH_DAEMON_H

#include "error.h"
#include "proc.h"

/*
 * libvirtd during the window. It is frozen first, so that nothing can change
 * while we look whether anything has changed, and killed only when nothing has:
 * a SIGKILL leaves its VMs alone, and units that require it keep running.
 */

/* Lock the gate @path, behind which libvirtd waits to start. -1 on failure. */
int daemon_lock_gate(const char *path, struct error *err);

/* SIGSTOP, and wait until it stands still; it runs again when this fails. */
bool daemon_freeze(int pidfd, pid_t pid, struct error *err);
void daemon_thaw(int pidfd);

/* SIGKILL, and wait for its end. */
bool daemon_kill(int pidfd, struct error *err);

#endif
