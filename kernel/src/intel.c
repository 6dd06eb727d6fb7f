// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
/*
 * An instance for processors of Intel: an experiment that compiles and that
 * nobody has run. It has to be asked for, and it is exclusive: VMX is not shared
 * with another KVM, so VMs cannot come to it from one that runs. What sharing
 * takes is written down in docs/dual-kvm.md, "Intel".
 *
 * Here is what asid.c and borrow.c are for SVM, for one that has no peer.
 */
#include <linux/kvm_host.h>
#include <linux/module.h>
#include <linux/sysfs.h>

#include "orthus.h"

static bool experimental_vmx;
module_param(experimental_vmx, bool, 0444);
MODULE_PARM_DESC(experimental_vmx, "Allow VMX; no other KVM can be loaded then (never run)");

/* AVIC is AMD's. */
bool orthus_experimental_avic(void)
{
	return false;
}

const char *orthus_exclusive(void)
{
	return "VMX";
}

int orthus_vendor_check(void)
{
	if (boot_cpu_data.x86_vendor != X86_VENDOR_INTEL) {
		pr_err("not loaded: this instance is for processors of Intel\n");
		return -EOPNOTSUPP;
	}
	if (!experimental_vmx) {
		pr_err("not loaded: an instance with VMX was never run, and has to be asked for with experimental_vmx=1\n");
		return -EOPNOTSUPP;
	}
	pr_warn("an instance with VMX is experimental: it was never run\n");
	return 0;
}

int __init orthus_vendor_init(void)
{
	return orthus_init_vmx_init();
}

void orthus_vendor_exit(void)
{
	orthus_exit_vmx_exit();
}

/* VPIDs are what SVM calls ASIDs. Without a peer all of them are ours. */
int orthus_asid_check(struct module *mod)
{
	return -EOPNOTSUPP;
}

void orthus_asid_confine(struct module *mod)
{
}

void orthus_asid_confine_this_cpu(void)
{
}

void orthus_asid_release(bool peer_is_gone)
{
}

void orthus_asid_take(enum orthus_share share)
{
}

ssize_t orthus_asid_show(char *buffer)
{
	return sysfs_emit(buffer, "own 1-65535\n");
}

void orthus_asid_show_cpus(struct seq_file *file)
{
}

void orthus_prepare_cpu(orthus_cpu_callback online, orthus_cpu_callback offline,
			unsigned int cpu)
{
}

void orthus_forget_this_cpu(void)
{
}

u64 orthus_entries(void)
{
	return 0;
}

u64 orthus_borrowed(void)
{
	return 0;
}
