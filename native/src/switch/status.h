/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_SWITCH_STATUS_H
#define ORTHUS_SWITCH_STATUS_H

#include "error.h"

#include <stdbool.h>
#include <sys/types.h>

/*
 * libvirt's status files: what libvirtd knows of a running domain, and reads
 * again when it starts.
 */

/*
 * Is @live still what @base, a copy of it, was? The state and the reason for it
 * may differ: libvirtd notes there what happens to the guest.
 */
bool status_unchanged(const char *live, const char *base, struct error *err);

/*
 * Is no job under way on any domain of @dir? libvirtd would break it off when
 * it is killed and comes back.
 */
bool status_no_jobs(const char *dir, struct error *err);

/*
 * Put @next in the place of @live. It is no error if an earlier try has done
 * that already, which is seen from @pid in @live.
 */
bool status_adopt(const char *live, const char *next, pid_t pid,
                  struct error *err);

#endif
