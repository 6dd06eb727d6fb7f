// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
//
// Clash: the directory of statistics in debugfs.

@@
@@
- debugfs_create_dir("kvm", NULL)
+ debugfs_create_dir(ORTHUS_DEVICE, NULL)
