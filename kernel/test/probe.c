// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
/*
 * usage: probe DEVICE
 *
 * Tells an older KVM from a newer by what it does, through its API. Prints "old"
 * or "new"; exit status 0. If the signs disagree or something fails, 1 and why.
 *
 * The hole that a host would be upgraded for, CVE-2026-53359 (fixed in 6.12.95),
 * is not tried: to see it is to corrupt the host's memory. Instead two changes
 * that came to 6.12.y between 6.12.108 and 6.12.117:
 *
 *  - the MSRs of the last branch are among those to be saved and restored;
 *  - a vcpu_info of Xen that is not aligned is refused. Older ones take it, and
 *    access it with locked instructions.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#define MSR_LASTBRANCHFROMIP	0x1db
#define MEMORY_SIZE		0x1000
#define MAX_MSRS		4096

static void __attribute__((noreturn, format(printf, 1, 2))) fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

static int check(int result, const char *what)
{
	if (result < 0)
		fail("%s: %s", what, strerror(errno));
	return result;
}

static bool saves_branch_msrs(int kvm)
{
	static struct {
		struct kvm_msr_list head;
		uint32_t indices[MAX_MSRS];
	} list = { .head.nmsrs = MAX_MSRS };

	check(ioctl(kvm, KVM_GET_MSR_INDEX_LIST, &list), "KVM_GET_MSR_INDEX_LIST");
	for (uint32_t i = 0; i < list.head.nmsrs; i++)
		if (list.indices[i] == MSR_LASTBRANCHFROMIP)
			return true;
	return false;
}

static int set_vcpu_info(int vcpu, uint64_t address)
{
	struct kvm_xen_vcpu_attr attr = {
		.type = KVM_XEN_VCPU_ATTR_TYPE_VCPU_INFO,
		.u.gpa = address,
	};

	return ioctl(vcpu, KVM_XEN_VCPU_SET_ATTR, &attr);
}

static bool refuses_unaligned_vcpu_info(int kvm)
{
	int vm = check(ioctl(kvm, KVM_CREATE_VM, 0), "KVM_CREATE_VM");
	int vcpu = check(ioctl(vm, KVM_CREATE_VCPU, 0), "KVM_CREATE_VCPU");
	struct kvm_userspace_memory_region region = { .memory_size = MEMORY_SIZE };
	void *memory = mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		fail("mmap: %s", strerror(errno));
	region.userspace_addr = (uintptr_t)memory;
	check(ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region), "KVM_SET_USER_MEMORY_REGION");
	/* That it works at all, or a refusal would say nothing. */
	check(set_vcpu_info(vcpu, 0x40), "KVM_XEN_VCPU_SET_ATTR");
	if (!set_vcpu_info(vcpu, 0x41))
		return false;
	if (errno != ENXIO)
		fail("KVM_XEN_VCPU_SET_ATTR, unaligned: %s", strerror(errno));
	return true;
}

int main(int argc, char **argv)
{
	bool saves, refuses;
	int kvm;

	if (argc != 2) {
		fputs("usage: probe DEVICE\n", stderr);
		return 2;
	}
	kvm = check(open(argv[1], O_RDWR | O_CLOEXEC), argv[1]);
	saves = saves_branch_msrs(kvm);
	refuses = refuses_unaligned_vcpu_info(kvm);
	if (saves != refuses)
		fail("%s the branch MSRs, but %s an unaligned vcpu_info",
		     saves ? "saves" : "does not save", refuses ? "refuses" : "takes");
	puts(saves ? "new" : "old");
	return 0;
}
