/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright the Orthus for CloudStack authors */
/*
 * What the semantic patches make KVM call. One block per file in src/, which
 * says why; the patches say from where. While nothing coexists all of it is
 * a branch that the kernel patches out.
 */
#ifndef ORTHUS_HOOKS_H
#define ORTHUS_HOOKS_H

#include <linux/jump_label.h>
#include <linux/types.h>

struct dentry;
struct miscdevice;
struct perf_guest_info_callbacks;
struct svm_cpu_data;

/* Names. Kbuild gives ORTHUS_INSTANCE, a letter: module kvm_a, /dev/kvm-a. */
#define ORTHUS_STRING_(x)	#x
#define ORTHUS_STRING(x)	ORTHUS_STRING_(x)
#define ORTHUS_LETTER		ORTHUS_STRING(ORTHUS_INSTANCE)
#define ORTHUS_NAME(name)	name "_" ORTHUS_LETTER
#define ORTHUS_DEVICE		"kvm-" ORTHUS_LETTER

/* owner.c */
DECLARE_STATIC_KEY_FALSE(orthus_coexist_key);

/* True while the processor's virtualization extension is another KVM's. */
static __always_inline bool orthus_coexists(void)
{
	return static_branch_unlikely(&orthus_coexist_key);
}

typedef int (*orthus_cpu_callback)(unsigned int cpu);

int orthus_start(orthus_cpu_callback online, orthus_cpu_callback offline);
void orthus_stop(void);
bool orthus_changes_hands(void);
bool orthus_resume(void);
void orthus_perf_register(struct perf_guest_info_callbacks *callbacks);
void orthus_perf_unregister(struct perf_guest_info_callbacks *callbacks);
int orthus_clock_start(orthus_cpu_callback online, orthus_cpu_callback offline);
void orthus_clock_stop(void);

/* borrow.c */
void __orthus_svm_get(struct svm_cpu_data *sd);
void __orthus_svm_put(void);
void orthus_vmsave(struct svm_cpu_data *sd);
void orthus_invlpga(unsigned long address, u32 asid);

static __always_inline void orthus_svm_get(struct svm_cpu_data *sd)
{
	if (orthus_coexists())
		__orthus_svm_get(sd);
}

static __always_inline void orthus_svm_put(void)
{
	if (orthus_coexists())
		__orthus_svm_put();
}

/* asid.c */
void orthus_asid_range(struct svm_cpu_data *sd);

/* msr.c */
void orthus_uret_host_value(u32 msr, u64 *value);
void __orthus_msr_touch(u32 msr, u64 *cached);
void __orthus_msr_put(void);
void __orthus_ibpb(void);

static __always_inline void orthus_msr_touch(u32 msr, u64 *cached)
{
	if (orthus_coexists())
		__orthus_msr_touch(msr, cached);
}

static __always_inline void orthus_msr_put(void)
{
	if (orthus_coexists())
		__orthus_msr_put();
}

static __always_inline void orthus_ibpb(void)
{
	if (orthus_coexists())
		__orthus_ibpb();
}

/* device.c */
int orthus_device_register(struct miscdevice *device);
void orthus_device_deregister(struct miscdevice *device);

/* debugfs.c */
struct dentry *orthus_debugfs_create(void);
void orthus_debugfs_remove(void);

/* amd.c */
bool orthus_experimental_avic(void);

#endif
