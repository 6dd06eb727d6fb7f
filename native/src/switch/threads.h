/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#ifndef ORTHUS_SWITCH_THREADS_H
#define ORTHUS_SWITCH_THREADS_H

#include "error.h"
#include "spec.h"

/*
 * libvirt places vCPU and I/O threads one by one: control group, affinity,
 * scheduling. Give the new QEMU's threads the places of the old one's, as
 * spec->threads pairs them.
 */
bool threads_follow(const struct vm_spec *spec, struct error *err);

#endif
