/*
 * SPDX-License-Identifier: Apache-2.0
 * Copyright the Orthus for CloudStack authors
 */
#include "credentials.h"

#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <linux/prctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STEP "credentials"
#define STATUS_MAX (1024 * 1024)
#define SECCOMP_FILTERED 2 /* the value of Seccomp: in /proc/PID/status */

/* The text after "@name:" in a status file, or "". */
static const char *field(const char *status, const char *name)
{
    size_t len = strlen(name);

    while (*status) {
        if (!strncmp(status, name, len) && status[len] == ':') {
            return status + len + 1;
        }
        status += strcspn(status, "\n");
        status += *status == '\n';
    }
    return "";
}

static bool read_ids(const char *status, const char *name, unsigned int ids[4])
{
    return sscanf(field(status, name), "%u %u %u %u", &ids[0], &ids[1],
                  &ids[2], &ids[3]) == 4;
}

static bool read_set(const char *status, const char *name, uint64_t *set)
{
    return sscanf(field(status, name), "%" SCNx64, set) == 1;
}

static bool read_groups(const char *status, struct credentials *who)
{
    const char *at = field(status, "Groups");
    size_t room = strcspn(at, "\n") / 2 + 1; /* a digit and a blank each */

    who->groups = calloc(room, sizeof(*who->groups));
    if (!who->groups) {
        return false;
    }
    while (who->n_groups < room) {
        char *end;
        unsigned long gid;

        at += strspn(at, " \t");
        if (*at == '\n' || !*at) {
            break;
        }
        gid = strtoul(at, &end, 10);
        if (end == at) {
            errno = EPROTO;
            return false;
        }
        who->groups[who->n_groups++] = (gid_t)gid;
        at = end;
    }
    return true;
}

bool credentials_read(pid_t pid, struct credentials *who, struct error *err)
{
    char path[64], *status;
    unsigned int no_new_privs = 0, seccomp = 0;
    bool ok;

    memset(who, 0, sizeof(*who));
    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    status = read_file(AT_FDCWD, path, STATUS_MAX, NULL);
    if (status) {
        errno = EPROTO;
    }
    ok = status &&
         read_ids(status, "Uid", who->uid) &&
         read_ids(status, "Gid", who->gid) &&
         read_set(status, "CapInh", &who->inheritable) &&
         read_set(status, "CapPrm", &who->permitted) &&
         read_set(status, "CapEff", &who->effective) &&
         read_set(status, "CapBnd", &who->bounding) &&
         read_set(status, "CapAmb", &who->ambient) &&
         sscanf(field(status, "NoNewPrivs"), "%u", &no_new_privs) == 1 &&
         /* A kernel without seccomp has no such field. */
         sscanf(field(status, "Seccomp"), "%u", &seccomp) <= 1 &&
         read_groups(status, who);
    if (!ok) {
        fail_errno(err, STEP, "the credentials of process %d cannot be read",
                   (int)pid);
    }
    who->no_new_privs = no_new_privs;
    who->seccomp_filtered = seccomp == SECCOMP_FILTERED;
    free(status);
    return ok;
}

void credentials_free(struct credentials *who)
{
    free(who->groups);
    who->groups = NULL;
}

static bool set_capabilities(uint64_t effective, uint64_t permitted,
                             uint64_t inheritable)
{
    struct __user_cap_header_struct header = {
        .version = _LINUX_CAPABILITY_VERSION_3
    };
    struct __user_cap_data_struct data[2];

    for (int i = 0; i < 2; i++) {
        data[i].effective = (uint32_t)(effective >> (32 * i));
        data[i].permitted = (uint32_t)(permitted >> (32 * i));
        data[i].inheritable = (uint32_t)(inheritable >> (32 * i));
    }
    return syscall(SYS_capset, &header, data) == 0;
}

static bool drop_bounding(uint64_t bounding)
{
    for (unsigned long cap = 0; cap < 64; cap++) {
        int present = prctl(PR_CAPBSET_READ, cap, 0, 0, 0);

        if (present < 0) {
            break; /* past the kernel's last capability */
        }
        if (present && !(bounding >> cap & 1) &&
            prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0) {
            return false;
        }
    }
    return true;
}

static bool raise_ambient(uint64_t ambient)
{
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0) {
        return false;
    }
    for (unsigned long cap = 0; cap < 64; cap++) {
        if ((ambient >> cap & 1) &&
            prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0) {
            return false;
        }
    }
    return true;
}

bool credentials_wear(const struct credentials *who, struct error *err)
{
    /*
     * What execve(2) makes of the sets follows from the inheritable, bounding
     * and ambient ones and the uid; the permitted set is needed only to raise
     * the ambient one. credentials_verify() sees whether that led to the same.
     */
    if (!drop_bounding(who->bounding)) {
        return fail_errno(err, STEP, "the capability bounding set cannot be "
                          "reduced");
    }
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 ||
        setgroups(who->n_groups, who->groups) < 0 ||
        setresgid(who->gid[0], who->gid[1], who->gid[2]) < 0 ||
        setresuid(who->uid[0], who->uid[1], who->uid[2]) < 0) {
        return fail_errno(err, STEP, "uid %u, gid %u cannot be taken on",
                          who->uid[1], who->gid[1]);
    }
    if (!set_capabilities(who->effective, who->permitted, who->inheritable) ||
        !raise_ambient(who->ambient)) {
        return fail_errno(err, STEP, "the capabilities cannot be taken on");
    }
    /*
     * A seccomp filter brings no_new_privs along: QEMU's own -sandbox sets both
     * after execve(2). Setting it here could forbid the security label's
     * transition at execve(2).
     */
    if (who->no_new_privs && !who->seccomp_filtered &&
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
        return fail_errno(err, STEP, "no_new_privs cannot be set");
    }
    return true;
}

static const char *difference(const struct credentials *a,
                              const struct credentials *b)
{
    return memcmp(a->uid, b->uid, sizeof(a->uid)) ? "user ids" :
           memcmp(a->gid, b->gid, sizeof(a->gid)) ? "group ids" :
           a->n_groups != b->n_groups ||
           memcmp(a->groups, b->groups, a->n_groups * sizeof(*a->groups)) ?
               "supplementary groups" :
           a->inheritable != b->inheritable ? "inheritable capabilities" :
           a->permitted != b->permitted ? "permitted capabilities" :
           a->effective != b->effective ? "effective capabilities" :
           a->bounding != b->bounding ? "capability bounding set" :
           a->ambient != b->ambient ? "ambient capabilities" : NULL;
}

bool credentials_verify(pid_t pid, const struct credentials *who,
                        struct error *err)
{
    struct credentials is;
    const char *differs = NULL;
    bool ok = credentials_read(pid, &is, err);

    if (ok) {
        differs = difference(who, &is);
        if (!differs && who->no_new_privs && !is.no_new_privs &&
            !who->seccomp_filtered) {
            differs = "no_new_privs";
        }
    }
    credentials_free(&is);
    return ok && (!differs ||
                  fail(err, STEP, "the new process did not get the same %s",
                       differs));
}
