// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
/*
 * The instance's directory in debugfs, where KVM puts its statistics and this
 * file what only a developer asks for. Documented in README.md.
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "orthus.h"

static int asids_show(struct seq_file *file, void *unused)
{
	orthus_asid_show_cpus(file);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(asids);

static struct dentry *directory;

/* In place of debugfs_create_dir(). */
struct dentry *orthus_debugfs_create(void)
{
	directory = debugfs_create_dir(ORTHUS_DEVICE, NULL);
	debugfs_create_file("asids", 0444, directory, NULL, &asids_fops);
	return directory;
}

/* With all that is in it, once; also after a start that failed. */
void orthus_debugfs_remove(void)
{
	debugfs_remove_recursive(directory);
	directory = NULL;
}
