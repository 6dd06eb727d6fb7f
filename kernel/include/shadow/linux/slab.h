/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright the Orthus for CloudStack authors */
/*
 * In front of the kernel's <linux/slab.h>, for KVM's files: caches that are
 * named after a type are named after the instance, too. For the others see
 * patches/slab.cocci.
 */
#ifndef ORTHUS_SHADOW_SLAB_H
#define ORTHUS_SHADOW_SLAB_H

#include_next <linux/slab.h>

#undef KMEM_CACHE
#define KMEM_CACHE(type, flags) \
	kmem_cache_create(ORTHUS_NAME(#type), sizeof(struct type), \
			  __alignof__(struct type), flags, NULL)

#endif
