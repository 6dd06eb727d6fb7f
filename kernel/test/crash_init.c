// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
/*
 * The first process of the kernel that is started when the host's panics. Says in
 * the kernel's log, and so on the console, what it finds, and switches off:
 *
 *	crash kernel: the dump has 2815 MiB, EFER.SVME is off
 *
 * SVME that is left on would keep a KVM from being loaded here. It is read by
 * way of /msr.ko, this kernel's module.
 */
#include <fcntl.h>
#include <linux/module.h>
#include <linux/reboot.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MSR_EFER	0xc0000080
#define EFER_SVME	(1 << 12)

static const char *svme(void)
{
	int module = open("/msr.ko", O_RDONLY), msr;
	uint64_t efer;

	/* As Debian packs modules. */
	if (syscall(SYS_finit_module, module, "", MODULE_INIT_COMPRESSED_FILE))
		return "unknown, for msr.ko is not loaded";
	msr = open("/dev/cpu/0/msr", O_RDONLY);
	if (pread(msr, &efer, sizeof(efer), MSR_EFER) != sizeof(efer))
		return "unknown, for it cannot be read";
	return efer & EFER_SVME ? "on" : "off";
}

int main(void)
{
	struct stat dump = { 0 };
	FILE *log;

	mkdir("/proc", 0755);
	mkdir("/dev", 0755);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	log = fopen("/dev/kmsg", "w");
	if (log) {
		stat("/proc/vmcore", &dump);
		/* <1>: whatever the console's level. */
		fprintf(log, "<1>crash kernel: the dump has %lld MiB, EFER.SVME is %s\n",
			(long long)dump.st_size >> 20, svme());
		fclose(log);
	}
	sync();
	reboot(RB_POWER_OFF);
	return 1;
}
