// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
/*
 * An instance of KVM: core and vendor part of one kernel source in one module,
 * beside another KVM.
 */
#include <linux/kvm_host.h>
#include <linux/module.h>

#include "orthus.h"
#include "provenance.h"

/*
 * What one KVM in a machine can have. Off, and when asked for only without
 * another KVM beside this one; not tried by the tests of this project.
 */
static bool experimental_avic;
module_param(experimental_avic, bool, 0444);
MODULE_PARM_DESC(experimental_avic, "Allow AVIC; no other KVM can be loaded then (untested)");

bool orthus_experimental_avic(void)
{
	return experimental_avic;
}

/* Whether this instance uses what cannot be shared. */
bool orthus_exclusive(void)
{
	return experimental_avic;
}

static int __init orthus_init(void)
{
	int r;

	if (boot_cpu_data.x86_vendor != X86_VENDOR_AMD &&
	    boot_cpu_data.x86_vendor != X86_VENDOR_HYGON) {
		pr_err("not loaded: this instance is for processors of AMD and Hygon\n");
		return -EOPNOTSUPP;
	}
	if (orthus_exclusive())
		pr_warn("AVIC on an instance is experimental\n");

	r = orthus_owner_init();
	if (r)
		return r;
	r = orthus_init_kvm_x86_init();
	if (r)
		goto err_owner;
	/* Last: this shows the device to user space. */
	r = orthus_init_svm_init();
	if (r)
		goto err_x86;
	return 0;

err_x86:
	orthus_exit_kvm_x86_exit();
err_owner:
	orthus_owner_exit();
	return r;
}
module_init(orthus_init);

static void __exit orthus_exit(void)
{
	orthus_exit_svm_exit();
	orthus_exit_kvm_x86_exit();
	orthus_owner_exit();
}
module_exit(orthus_exit);

MODULE_DESCRIPTION("KVM that can be loaded beside another KVM");
MODULE_LICENSE("GPL");
/* Made by orthus-kvm-build. The version is that of KVM's source. */
MODULE_VERSION(ORTHUS_SOURCE);
MODULE_INFO(orthus_source, ORTHUS_SOURCE);
MODULE_INFO(orthus_changes, ORTHUS_CHANGES);
MODULE_INFO(orthus_compiler, ORTHUS_COMPILER);
MODULE_INFO(orthus_instance, ORTHUS_LETTER);
