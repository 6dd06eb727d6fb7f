// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
/*
 * Keeps an unaware KVM loaded while a VM of its own lives.
 *
 * A VM is normally kept by its file descriptors, which hold kvm_amd. But vfio
 * can keep one beyond them: a device that moved to another QEMU with its
 * descriptor open still refers to the VM it was opened for (vfio.c). That
 * reference holds kvm, not kvm_amd; kvm_amd can then be removed, and the end of
 * that VM runs code that is gone. So while there is a VM, kvm_amd is held here.
 *
 * Nothing tells when a VM is created or destroyed, so this looks once a second.
 * A VM that lives shorter than that holds kvm_amd by itself.
 */
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

#include "orthus.h"

static void look(struct work_struct *work);

static DEFINE_MUTEX(pin_lock);
static DECLARE_DELAYED_WORK(look_work, look);
/* The vendor module; NULL when there is none to look at. */
static struct module *vendor;
static bool pinned;
/* The list of VMs, in kvm; empty or not is all that is asked of it. */
static struct list_head *vms;

static void look(struct work_struct *work)
{
	bool alive;

	guard(mutex)(&pin_lock);
	if (!vendor)
		return;
	alive = !list_empty_careful(vms);
	if (alive && !pinned) {
		pinned = try_module_get(vendor);
	} else if (!alive && pinned) {
		pinned = false;
		module_put(vendor);
	}
	schedule_delayed_work(&look_work, HZ);
}

/**
 * orthus_pin_start() - from now on keeps a KVM while it has VMs
 * @mod: its vendor module, which is not going
 *
 * Return: 0, or -ENOENT when its list of VMs cannot be found, which has been
 * logged.
 */
int orthus_pin_start(struct module *mod)
{
	struct module *core = orthus_module_get("kvm");
	struct list_head *list;

	if (IS_ERR_OR_NULL(core)) {
		pr_err("%s is there without a module kvm\n", mod->name);
		return -ENOENT;
	}
	/* Stays: kvm is not removed before kvm_amd. */
	list = orthus_module_symbol(core, "vm_list");
	orthus_module_put(core);
	if (!list) {
		pr_err("the module kvm has no symbol vm_list\n");
		return -ENOENT;
	}
	guard(mutex)(&pin_lock);
	vms = list;
	vendor = mod;
	schedule_delayed_work(&look_work, 0);
	return 0;
}

/* The vendor module is going, so it is not pinned. */
void orthus_pin_stop(void)
{
	guard(mutex)(&pin_lock);
	vendor = NULL;
	pinned = false;
}

/* This instance is going. */
void orthus_pin_exit(void)
{
	scoped_guard(mutex, &pin_lock) {
		if (pinned)
			module_put(vendor);
		vendor = NULL;
		pinned = false;
	}
	cancel_delayed_work_sync(&look_work);
}
