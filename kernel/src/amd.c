// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
/*
 * An instance for processors of AMD and Hygon. With asid.c and borrow.c, which
 * share SVM with another KVM.
 */
#include <linux/kvm_host.h>
#include <linux/module.h>

#include "orthus.h"

/*
 * What one KVM in a machine can have. Off, and when asked for only without
 * another KVM beside this one; not tried by the tests of this project.
 */
static bool experimental_avic;
module_param(experimental_avic, bool, 0444);
MODULE_PARM_DESC(experimental_avic, "Allow AVIC; no other KVM can be loaded then (untested)");

/* KVM's own parameter, which somebody may have in a configuration file. */
static bool sev;
module_param(sev, bool, 0444);
MODULE_PARM_DESC(sev, "Refused when on: an instance has no SEV");

bool orthus_experimental_avic(void)
{
	return experimental_avic;
}

const char *orthus_exclusive(void)
{
	return experimental_avic ? "AVIC" : NULL;
}

int orthus_vendor_check(void)
{
	if (boot_cpu_data.x86_vendor != X86_VENDOR_AMD &&
	    boot_cpu_data.x86_vendor != X86_VENDOR_HYGON) {
		pr_err("not loaded: this instance is for processors of AMD and Hygon\n");
		return -EOPNOTSUPP;
	}
	if (sev) {
		pr_err("not loaded: sev=1 is asked for, and an instance has no SEV: the secure processor and its ASIDs are the first KVM's. Leave encrypted guests to kvm_amd\n");
		return -EOPNOTSUPP;
	}
	if (experimental_avic)
		pr_warn("AVIC on an instance is experimental: it was never run\n");
	return 0;
}

int __init orthus_vendor_init(void)
{
	return orthus_init_svm_init();
}

void orthus_vendor_exit(void)
{
	orthus_exit_svm_exit();
}
