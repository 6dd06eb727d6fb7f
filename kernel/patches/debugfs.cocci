// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
//
// Clash: the directory of statistics in debugfs. The instance has one of its own,
// with a file more (debugfs.c). That file must not outlive the instance, as KVM's
// directory does when kvm_init() fails behind it; so the removal is ours, too.

@@
@@
- debugfs_create_dir("kvm", NULL)
+ orthus_debugfs_create()

@@
symbol kvm_debugfs_dir;
@@
- debugfs_remove_recursive(kvm_debugfs_dir)
+ orthus_debugfs_remove()
