// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
/*
 * Attributes of the instance, /sys/class/misc/kvm-LETTER/. Documented in
 * README.md.
 */
#include <linux/device.h>
#include <linux/kvm_host.h>
#include <linux/sysfs.h>

#include "orthus.h"

static ssize_t state_show(struct device *dev, struct device_attribute *attr, char *buffer)
{
	return sysfs_emit(buffer, "%s\n", orthus_owns() ? "owner" : "coexists");
}
static DEVICE_ATTR_RO(state);

static ssize_t peer_show(struct device *dev, struct device_attribute *attr, char *buffer)
{
	char name[MODULE_NAME_LEN];

	return sysfs_emit(buffer, "%s\n", orthus_peer_name(name) ? name : "");
}
static DEVICE_ATTR_RO(peer);

static ssize_t vms_show(struct device *dev, struct device_attribute *attr, char *buffer)
{
	struct kvm *kvm;
	int count = 0;

	mutex_lock(&kvm_lock);
	list_for_each_entry(kvm, &vm_list, vm_list)
		count++;
	mutex_unlock(&kvm_lock);
	return sysfs_emit(buffer, "%d\n", count);
}
static DEVICE_ATTR_RO(vms);

static ssize_t vcpus_show(struct device *dev, struct device_attribute *attr, char *buffer)
{
	struct kvm *kvm;
	int count = 0;

	mutex_lock(&kvm_lock);
	list_for_each_entry(kvm, &vm_list, vm_list)
		count += atomic_read(&kvm->online_vcpus);
	mutex_unlock(&kvm_lock);
	return sysfs_emit(buffer, "%d\n", count);
}
static DEVICE_ATTR_RO(vcpus);

static ssize_t asids_show(struct device *dev, struct device_attribute *attr, char *buffer)
{
	return orthus_asid_show(buffer);
}
static DEVICE_ATTR_RO(asids);

static ssize_t entries_show(struct device *dev, struct device_attribute *attr, char *buffer)
{
	return sysfs_emit(buffer, "%llu\n", orthus_entries());
}
static DEVICE_ATTR_RO(entries);

static ssize_t borrowed_show(struct device *dev, struct device_attribute *attr, char *buffer)
{
	return sysfs_emit(buffer, "%llu\n", orthus_borrowed());
}
static DEVICE_ATTR_RO(borrowed);

static ssize_t default_show(struct device *dev, struct device_attribute *attr, char *buffer)
{
	return sysfs_emit(buffer, "%d\n", orthus_device_is_default());
}

static ssize_t default_store(struct device *dev, struct device_attribute *attr,
			     const char *buffer, size_t count)
{
	bool on;
	int r;

	r = kstrtobool(buffer, &on);
	if (!r)
		r = orthus_device_set_default(on);
	return r ?: count;
}
static DEVICE_ATTR_RW(default);

static ssize_t release_store(struct device *dev, struct device_attribute *attr,
			     const char *buffer, size_t count)
{
	char name[sizeof("0000:00:00.0\n")];
	int r;

	if (strscpy(name, buffer, sizeof(name)) < 0)
		return -EINVAL;
	r = orthus_vfio_release(strim(name));
	return r ?: count;
}
static DEVICE_ATTR_WO(release);

static struct attribute *orthus_attrs[] = {
	&dev_attr_state.attr,
	&dev_attr_peer.attr,
	&dev_attr_vms.attr,
	&dev_attr_vcpus.attr,
	&dev_attr_asids.attr,
	&dev_attr_entries.attr,
	&dev_attr_borrowed.attr,
	&dev_attr_default.attr,
	&dev_attr_release.attr,
	NULL,
};

static const struct attribute_group orthus_group = { .attrs = orthus_attrs };

const struct attribute_group *orthus_groups[] = { &orthus_group, NULL };
