// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
/*
 * Unties a passthrough device from a KVM that its VM has left.
 *
 * vfio refers to the VM that a device was first opened for until the device is
 * closed. When a VM moves to another KVM with its devices open, the old VM is
 * not destroyed, and the old KVM cannot be unloaded. vfio-pci makes no use of
 * the reference. This drops it as vfio itself does when the device is closed
 * (vfio_device_put_kvm()), which finds nothing left to drop then.
 */
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/vfio.h>

#include "orthus.h"

static int is_vfio_device(struct device *dev, void *unused)
{
	return dev->class && !strcmp(dev->class->name, "vfio-dev");
}

static bool untie(struct vfio_device *device)
{
	guard(mutex)(&device->dev_set->lock);
	if (!device->kvm)
		return false;
	if (!WARN_ON(!device->put_kvm)) {
		device->put_kvm(device->kvm);
		device->put_kvm = NULL;
		/* That function was got by its name, in whichever kvm it is. */
		__symbol_put("kvm_put_kvm");
	}
	device->kvm = NULL;
	return true;
}

/**
 * orthus_vfio_release() - unties a PCI device
 * @name: its address, as 0000:00:05.0
 *
 * Return: 0, also when it was not tied; -EINVAL for no address, -ENODEV when
 * there is no such device or vfio does not have it.
 */
int orthus_vfio_release(const char *name)
{
	unsigned int domain, bus, slot, function;
	struct pci_dev *pci;
	struct device *dev;
	char end;

	if (sscanf(name, "%x:%x:%x.%x%c", &domain, &bus, &slot, &function, &end) != 4 ||
	    bus > 0xff || slot > 0x1f || function > 7)
		return -EINVAL;
	pci = pci_get_domain_bus_and_slot(domain, bus, PCI_DEVFN(slot, function));
	if (!pci)
		return -ENODEV;

	/* The reference keeps the vfio device, also if it is being unbound. */
	dev = device_find_child(&pci->dev, NULL, is_vfio_device);
	if (dev) {
		if (untie(container_of(dev, struct vfio_device, device)))
			pr_info("%s: no longer tied to the KVM it was opened for\n",
				pci_name(pci));
		put_device(dev);
	}
	pci_dev_put(pci);
	return dev ? 0 : -ENODEV;
}
