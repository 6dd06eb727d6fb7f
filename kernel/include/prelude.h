/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright the Orthus for CloudStack authors */
/*
 * Included by the compiler before the first line of every C file of KVM.
 *
 * Includes nothing that brings in printk.h, before which KVM's files define
 * pr_fmt. Macros of the kernel are replaced in shadow/, behind their definition.
 */
#ifndef ORTHUS_PRELUDE_H
#define ORTHUS_PRELUDE_H

#include "hooks.h"

/*
 * No SEV. The secure processor's firmware, its ASIDs and the capacity of the
 * misc cgroup are set up once for the machine by the first KVM; what KVM's source
 * calls of ccp is not what each kernel's ccp has; and an encrypted guest cannot
 * leave the KVM that it was started with. See docs/dual-kvm.md; amd.c says so.
 */
#undef CONFIG_KVM_AMD_SEV

#endif
