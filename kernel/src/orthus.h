/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright the Orthus for CloudStack authors */
/*
 * What the files of an instance share with each other, but not with KVM
 * (include/hooks.h).
 */
#ifndef ORTHUS_H
#define ORTHUS_H

#include <linux/module.h>
#include <linux/types.h>

#include "hooks.h"

struct seq_file;

/* Version of struct orthus_peer and of what it stands for. */
#define ORTHUS_ABI 1

/**
 * struct orthus_peer - what one instance tells another
 * @abi: ORTHUS_ABI
 * @made_room: it has given up ownership and the lower half of the ASIDs
 *
 * Exported under the name orthus_peer_LETTER: a reference that is taken with
 * __symbol_get() keeps the module from going.
 */
struct orthus_peer {
	u32 abi;
	bool made_room;
};

#define ORTHUS_PASTE_(a, b) a##b
#define ORTHUS_PASTE(a, b) ORTHUS_PASTE_(a, b)
#define orthus_peer_self ORTHUS_PASTE(orthus_peer_, ORTHUS_INSTANCE)
extern struct orthus_peer orthus_peer_self;

/* peer.c */
bool orthus_is_kvm(const char *name);
bool orthus_is_instance(const char *name);
struct module *orthus_module_get(const char *name);
void orthus_module_put(struct module *mod);
void *orthus_module_symbol(struct module *mod, const char *name);

/* owner.c */
int orthus_owner_init(void);
void orthus_owner_exit(void);
bool orthus_owns(void);
bool orthus_peer_name(char *name);

/* pin.c */
int orthus_pin_start(struct module *vendor);
void orthus_pin_stop(void);
void orthus_pin_exit(void);

/* borrow.c */
void orthus_prepare_cpu(orthus_cpu_callback online, orthus_cpu_callback offline,
			unsigned int cpu);
void orthus_forget_this_cpu(void);
u64 orthus_entries(void);
u64 orthus_borrowed(void);

/* asid.c */
enum orthus_share { ORTHUS_ALL, ORTHUS_LOWER, ORTHUS_UPPER };

int orthus_asid_check(struct module *peer);
void orthus_asid_confine(struct module *peer);
void orthus_asid_confine_this_cpu(void);
void orthus_asid_release(bool peer_is_gone);
void orthus_asid_take(enum orthus_share share);
ssize_t orthus_asid_show(char *buffer);
void orthus_asid_show_cpus(struct seq_file *file);

/* layout.c */
struct orthus_svm_layout {
	u32 generation, max, next, min;
};

int orthus_svm_layout(const char *module, struct orthus_svm_layout *layout);

/* msr.c */
void orthus_msr_forget(void);

/* device.c */
void orthus_device_yield(void);
void orthus_device_claim(void);
int orthus_device_set_default(bool on);
bool orthus_device_is_default(void);

/* sysfs.c */
extern const struct attribute_group *orthus_groups[];

/* vfio.c */
int orthus_vfio_release(const char *name);

/**
 * orthus_exclusive() - what this instance uses that cannot be shared
 *
 * Return: its name, or NULL when another KVM may be loaded beside it.
 */
const char *orthus_exclusive(void);

/* amd.c or intel.c: whether this is its processor, and KVM's vendor part. */
int orthus_vendor_check(void);
int orthus_vendor_init(void);
void orthus_vendor_exit(void);

/* KVM's own module_init() and module_exit(), under other names: include/shadow. */
int orthus_init_kvm_x86_init(void);
void orthus_exit_kvm_x86_exit(void);
int orthus_init_svm_init(void);
void orthus_exit_svm_exit(void);
int orthus_init_vmx_init(void);
void orthus_exit_vmx_exit(void);

#endif
