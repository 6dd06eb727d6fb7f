/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright the Orthus for CloudStack authors */
/*
 * Just enough of BTF (Documentation/bpf/btf.rst) to find a member of a struct.
 *
 * The kernel has all of this, but exports nothing to modules by which one could
 * get at the BTF of another module in the first place.
 */
#ifndef ORTHUS_BTF_H
#define ORTHUS_BTF_H

#include <linux/types.h>
#ifndef __KERNEL__
#include <stddef.h>
typedef __u32 u32;
#endif

/**
 * struct orthus_btf - a BTF blob, as in /sys/kernel/btf
 * @data: the blob, in memory that stays while this is used
 * @size: its length in bytes
 * @base: that of vmlinux, when @data is the split BTF of a module; or NULL
 *
 * The rest is private.
 */
struct orthus_btf {
	const void *data;
	size_t size;
	const struct orthus_btf *base;

	const void *types;
	const char *strings;
	u32 types_size, strings_size;
	u32 first_id, next_id, first_string;
};

int orthus_btf_init(struct orthus_btf *btf, const void *data, size_t size,
		    const struct orthus_btf *base);
int orthus_btf_member(const struct orthus_btf *btf, const char *type,
		      const char *member, u32 size, u32 *offset);

#endif
