/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright the Orthus for CloudStack authors */
/*
 * In front of the kernel's <asm/cpufeatures.h>: features that KVM's source knows
 * and this kernel does not. Kbuild makes the list. The kernel never sets them;
 * KVM needs their numbers, which are CPUID's.
 */
#ifndef ORTHUS_SHADOW_CPUFEATURES_H
#define ORTHUS_SHADOW_CPUFEATURES_H

#include_next <asm/cpufeatures.h>
#include "../../new-features.h"

#endif
