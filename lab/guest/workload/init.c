/* SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors */
/*
 * PID 1 of a guest: mounts the kernel's file systems, loads the modules in the
 * order that the image's builder found out, starts the workload.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void mount_kernel_fs(const char *type, const char *dir)
{
    mkdir(dir, 0755);
    if (mount(type, dir, type, 0, NULL) != 0 && errno != EBUSY) {
        printf("init: cannot mount %s: %s\n", dir, strerror(errno));
    }
}

static void load_module(const char *file)
{
    char path[256];
    int fd;

    snprintf(path, sizeof(path), "/modules/%s", file);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        printf("init: cannot open %s: %s\n", path, strerror(errno));
        return;
    }
    /* ENODEV: the module's device is not in this machine. */
    if (syscall(SYS_finit_module, fd, "", 0) != 0 && errno != EEXIST && errno != ENODEV) {
        printf("init: cannot load %s: %s\n", path, strerror(errno));
    }
    close(fd);
}

static void load_modules(void)
{
    FILE *list = fopen("/modules/order", "re");
    char line[128];

    if (list == NULL) {
        printf("init: /modules/order: %s\n", strerror(errno));
        return;
    }
    while (fgets(line, sizeof(line), list) != NULL) {
        line[strcspn(line, "\n")] = 0;
        load_module(line);
    }
    fclose(list);
}

int main(void)
{
    static char *const argv[] = { "/workload", NULL };
    static char *const envp[] = { NULL };
    int status;
    pid_t child, pid;

    setvbuf(stdout, NULL, _IOLBF, 0);
    mount_kernel_fs("devtmpfs", "/dev");
    mount_kernel_fs("proc", "/proc");
    mount_kernel_fs("sysfs", "/sys");
    load_modules();

    child = fork();
    if (child == 0) {
        execve(argv[0], argv, envp);
        printf("init: cannot start %s: %s\n", argv[0], strerror(errno));
        _exit(127);
    }
    while ((pid = wait(&status)) != child) {
        if (pid < 0 && errno != EINTR) {
            printf("init: wait: %s\n", strerror(errno));
            break;
        }
    }
    /* When PID 1 returns the kernel panics and, with panic=1, reboots: nobody
     * can overlook it. */
    printf("init: the workload ended, wait status %#x\n", (unsigned)status);
    return EXIT_FAILURE;
}
