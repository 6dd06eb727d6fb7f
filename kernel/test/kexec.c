// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
/*
 * usage: kexec now|crash KERNEL INITRD CMDLINE
 *
 * now: starts another kernel at once, by the way of a reboot without firmware.
 * crash: loads the one that is started when this one panics; it must have kept
 * memory for it (crashkernel=). Exit status 0, or 1 with what is wrong.
 *
 * Two system calls; the distribution's program of this name adds what is needed
 * for other kernels and machines than the lab's.
 */
#include <err.h>
#include <fcntl.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		err(1, "%s", path);
	return fd;
}

int main(int argc, char **argv)
{
	unsigned long flags;

	if (argc != 5 || (strcmp(argv[1], "now") && strcmp(argv[1], "crash"))) {
		fputs("usage: kexec now|crash KERNEL INITRD CMDLINE\n", stderr);
		return 2;
	}
	flags = strcmp(argv[1], "crash") ? 0 : KEXEC_FILE_ON_CRASH;
	if (syscall(SYS_kexec_file_load, open_file(argv[2]), open_file(argv[3]),
		    strlen(argv[4]) + 1, argv[4], flags))
		err(1, "%s cannot be loaded", argv[2]);
	if (flags)
		return 0;
	sync();
	syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
		LINUX_REBOOT_CMD_KEXEC, NULL);
	err(1, "%s cannot be started", argv[2]);
}
