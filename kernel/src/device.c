// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
/*
 * The instance's device, /dev/kvm-LETTER, and /dev/kvm.
 *
 * Minor 232, /dev/kvm, belongs to one KVM. An instance takes it when it is asked
 * to, and gives it back before an unaware KVM, which would fail to load without
 * it, is initialized. When that one has left, the instance takes it again.
 */
#include <linux/kvm_host.h>
#include <linux/miscdevice.h>
#include <linux/mutex.h>

#include "orthus.h"

static DEFINE_MUTEX(default_lock);
static struct miscdevice default_device = {
	.minor = KVM_MINOR,
	.name = "kvm",
};

/* Asked for, and had. */
static bool wanted, registered;

/* In place of misc_register(), with KVM's device. */
int orthus_device_register(struct miscdevice *device)
{
	device->minor = MISC_DYNAMIC_MINOR;
	device->name = ORTHUS_DEVICE;
	device->groups = orthus_groups;
	/* Before the attributes are there, by which it is registered. */
	default_device.fops = device->fops;
	return misc_register(device);
}

/* In place of misc_deregister(). */
void orthus_device_deregister(struct miscdevice *device)
{
	/* First, so that nobody asks for the other one any more. */
	misc_deregister(device);
	orthus_device_set_default(false);
}

/**
 * orthus_device_set_default() - whether this instance is /dev/kvm
 * @on: what it shall be
 *
 * Open files of /dev/kvm stay what they are and keep the instance loaded.
 *
 * Return: 0, or -EBUSY when another KVM is /dev/kvm.
 */
int orthus_device_set_default(bool on)
{
	int r = 0;

	guard(mutex)(&default_lock);
	if (on && !registered)
		r = misc_register(&default_device);
	else if (!on && registered)
		misc_deregister(&default_device);
	if (r)
		return r;
	wanted = on;
	registered = on;
	return 0;
}

bool orthus_device_is_default(void)
{
	guard(mutex)(&default_lock);
	return registered;
}

/* An unaware KVM is about to register /dev/kvm. */
void orthus_device_yield(void)
{
	guard(mutex)(&default_lock);
	if (registered)
		misc_deregister(&default_device);
	registered = false;
}

/* The other KVM has left. */
void orthus_device_claim(void)
{
	guard(mutex)(&default_lock);
	if (!wanted || registered)
		return;
	registered = !misc_register(&default_device);
	if (!registered)
		pr_err("cannot be /dev/kvm again: another KVM is\n");
}
