// SPDX-License-Identifier: GPL-2.0-only
// Copyright the Orthus for CloudStack authors
/*
 * usage: with_tap INTERFACE FD COMMAND [ARGUMENT]...
 *
 * Becomes COMMAND, with a queue of a tap interface as descriptor FD. Whatever
 * COMMAND starts inherits it, so that one QEMU after the other can use the queue
 * and no packet is lost in between. Exit status 1 if that cannot be.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	char *end;
	long target;
	int fd;

	if (argc < 4 || strlen(argv[1]) >= IFNAMSIZ) {
		fputs("usage: with_tap INTERFACE FD COMMAND [ARGUMENT]...\n", stderr);
		return 2;
	}
	target = strtol(argv[2], &end, 10);
	if (*end || target < 3 || target > 1023)
		errx(2, "%s is no descriptor that can be used", argv[2]);
	strcpy(request.ifr_name, argv[1]);

	fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
	if (fd < 0)
		err(1, "/dev/net/tun");
	if (ioctl(fd, TUNSETIFF, &request))
		err(1, "tap interface %s", argv[1]);
	if (fd != target && (dup2(fd, target) < 0 || close(fd)))
		err(1, "descriptor %ld", target);
	execvp(argv[3], &argv[3]);
	err(1, "%s", argv[3]);
}
