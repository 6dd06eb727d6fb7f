/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright the Orthus for CloudStack authors */
/*
 * In front of the kernel's <linux/module.h>, for KVM's files.
 *
 * KVM is two modules, each with its start, its end and aliases by which it is
 * loaded. Linked into one, the starts and ends become functions that main.c
 * calls: function f is orthus_init_f() or orthus_exit_f(). The aliases go:
 * neither udev, by a feature of the processor, nor the opening of a device node
 * may load an instance.
 */
#ifndef ORTHUS_SHADOW_MODULE_H
#define ORTHUS_SHADOW_MODULE_H

#include_next <linux/module.h>

#ifndef ORTHUS_OWN_FILE

#undef module_init
#undef module_exit
#define module_init(function) \
	int __init orthus_init_##function(void); \
	int __init orthus_init_##function(void) { return function(); }
#define module_exit(function) \
	void __ref orthus_exit_##function(void); \
	void __ref orthus_exit_##function(void) { function(); }

#undef MODULE_ALIAS
#undef MODULE_DEVICE_TABLE
#define MODULE_ALIAS(alias)
/* sizeof, so that the table does not count as unused. */
#define MODULE_DEVICE_TABLE(type, table) \
	static_assert(sizeof(table) > 0)

#endif
#endif
