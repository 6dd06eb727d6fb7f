// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.trial;

import io.orthus.engine.sys.Proc;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * The user that a VM's QEMU runs as: a trial must have no more rights than the VM it is made for.
 *
 * @param uid effective user
 * @param gid effective group
 * @param groups supplementary groups, with /dev/kvm's among them
 */
record QemuUser(int uid, int gid, List<Integer> groups) {

    QemuUser {
        groups = List.copyOf(groups);
    }

    /** The user of a running process. */
    static QemuUser of(Proc proc) throws IOException {
        return new QemuUser(effective(proc, "Uid"), effective(proc, "Gid"), numbers(proc, "Groups"));
    }

    /** What makes a program run as this user; it is followed by the program and its arguments. */
    List<String> prefix() {
        String rest = groups.isEmpty()
                ? "--clear-groups"
                : "--groups="
                        + String.join(",", groups.stream().map(String::valueOf).toList());
        return List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, rest, "--no-new-privs", "--pdeathsig=KILL", "--");
    }

    /** The second of: real, effective, saved, file system. */
    private static int effective(Proc proc, String field) throws IOException {
        return numbers(proc, field).get(1);
    }

    private static List<Integer> numbers(Proc proc, String field) throws IOException {
        String text = proc.status(field)
                .orElseThrow(() -> new IOException("/proc does not tell " + field + " of " + proc.id()));
        return text.isEmpty()
                ? List.of()
                : Stream.of(text.split("\\s+", -1)).map(Integer::valueOf).toList();
    }
}
