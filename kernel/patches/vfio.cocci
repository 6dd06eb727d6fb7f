// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
//
// Clash: vfio.ko finds kvm_get_kvm_safe() and kvm_put_kvm() by name, that is in
// the kvm.ko which exports them, and would call them on our struct kvm.
//
// So vfio is told of no KVM. vfio-pci needs none. What does (GVT-g) finds none
// and refuses the device, as it does without KVM.

@@
@@
  kvm_vfio_file_set_kvm(...)
  {
- 	...
+ 	/* vfio would hand our struct kvm to another module. */
  }
