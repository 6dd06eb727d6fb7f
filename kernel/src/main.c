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

static int __init orthus_init(void)
{
	int r;

	r = orthus_vendor_check();
	if (r)
		return r;
	r = orthus_owner_init();
	if (r)
		return r;
	r = orthus_init_kvm_x86_init();
	if (r)
		goto err_owner;
	/* Last: this shows the device to user space. */
	r = orthus_vendor_init();
	if (r)
		goto err_x86;
	return 0;

err_x86:
	orthus_debugfs_remove();
	orthus_exit_kvm_x86_exit();
err_owner:
	orthus_owner_exit();
	return r;
}
module_init(orthus_init);

static void __exit orthus_exit(void)
{
	orthus_vendor_exit();
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
MODULE_INFO(orthus_vendor, ORTHUS_STRING(ORTHUS_VENDOR));
