// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
//
// Clash: the directory of statistics in debugfs. The instance has one of its own,
// with a file more (debugfs.c).

@@
@@
- debugfs_create_dir("kvm", NULL)
+ orthus_debugfs_create()
