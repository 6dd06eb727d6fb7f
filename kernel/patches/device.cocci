// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
//
// Clash: minor 232 and the name "kvm" belong to one KVM. The instance has a
// device of its own, which carries its attributes, and can be made the default
// later (device.c).

@@
symbol kvm_dev;
@@
- misc_register(&kvm_dev)
+ orthus_device_register(&kvm_dev)

@@
@@
- misc_deregister(&kvm_dev)
+ orthus_device_deregister(&kvm_dev)
