// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
/*
 * Where another KVM keeps its ASID counters.
 *
 * The layout of struct svm_cpu_data is private to kvm_amd and differs between
 * versions. It is read from the BTF of the module that is loaded, which the
 * kernel shows in sysfs; a file is the only way to it that is open to modules.
 * Nothing is assumed: without BTF, or with a member missing or of another
 * size, the answer is an error, and the instance is not loaded.
 */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/vmalloc.h>

#include "btf.h"
#include "orthus.h"

/* Debian's vmlinux has 5 MB. */
#define MAX_BTF_SIZE (64 << 20)

/* Returns what the file holds, to be freed with vfree(), or an error. */
static void *read_whole(struct file *file, size_t *size)
{
	loff_t position = 0;
	ssize_t length;
	char *data;

	*size = i_size_read(file_inode(file));
	if (!*size || *size > MAX_BTF_SIZE)
		return ERR_PTR(-EFBIG);
	data = vmalloc(*size);
	if (!data)
		return ERR_PTR(-ENOMEM);
	while (position < *size) {
		length = kernel_read(file, data + position, *size - position, &position);
		if (length <= 0) {
			vfree(data);
			return ERR_PTR(length ?: -EIO);
		}
	}
	return data;
}

/*
 * Not kernel_read_file(): that is for what the kernel is going to trust, and
 * security modules ask which kind it is; there is none for this.
 */
static void *read_btf(const char *module, size_t *size)
{
	char path[sizeof("/sys/kernel/btf/") + MODULE_NAME_LEN];
	struct file *file;
	void *data;

	snprintf(path, sizeof(path), "/sys/kernel/btf/%s", module);
	file = filp_open(path, O_RDONLY, 0);
	if (IS_ERR(file)) {
		data = file;
	} else {
		data = read_whole(file, size);
		filp_close(file, NULL);
	}
	if (IS_ERR(data))
		pr_err("%s cannot be read (error %ld): this kernel must have BTF of its modules (CONFIG_DEBUG_INFO_BTF_MODULES)\n",
		       path, PTR_ERR(data));
	return data;
}

static int find_members(const struct orthus_btf *btf, struct orthus_svm_layout *layout)
{
	const struct {
		const char *name;
		u32 size;
		u32 *offset;
	} members[] = {
		{ "asid_generation", sizeof(u64), &layout->generation },
		{ "max_asid", sizeof(u32), &layout->max },
		{ "next_asid", sizeof(u32), &layout->next },
		{ "min_asid", sizeof(u32), &layout->min },
	};
	int i, r;

	for (i = 0; i < ARRAY_SIZE(members); i++) {
		r = orthus_btf_member(btf, "svm_cpu_data", members[i].name,
				      members[i].size, members[i].offset);
		if (r) {
			pr_err("no member %s of %u bytes in struct svm_cpu_data\n",
			       members[i].name, members[i].size);
			return r;
		}
	}
	return 0;
}

/**
 * orthus_svm_layout() - offsets of the ASID counters of another KVM
 * @module: its vendor module, kvm_amd
 * @layout: filled in with bytes from the start of struct svm_cpu_data
 *
 * May sleep. Return: 0 or an error, of which the reason has been logged.
 */
int orthus_svm_layout(const char *module, struct orthus_svm_layout *layout)
{
	struct orthus_btf base, btf;
	void *base_data, *data;
	size_t base_size, size;
	int r;

	base_data = read_btf("vmlinux", &base_size);
	if (IS_ERR(base_data))
		return PTR_ERR(base_data);
	data = read_btf(module, &size);
	if (IS_ERR(data)) {
		r = PTR_ERR(data);
		goto free_base;
	}

	r = orthus_btf_init(&base, base_data, base_size, NULL);
	if (!r)
		r = orthus_btf_init(&btf, data, size, &base);
	if (r)
		pr_err("the BTF of %s cannot be understood\n", module);
	else
		r = find_members(&btf, layout);

	vfree(data);
free_base:
	vfree(base_data);
	return r;
}
