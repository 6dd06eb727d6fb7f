// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.adopt;

import java.nio.file.Path;

/**
 * The files of one VM's upgrade.
 *
 * @param directory holds all but libvirt's own; on /run, beside the status files, so that a rename can replace one
 * @param statusLive libvirt's status file
 * @param pidfile libvirt's pid file
 */
public record SwitchFiles(Path directory, Path statusLive, Path pidfile) {
    /** The FIFO whose writers keep the new QEMU alive. */
    public Path lease() {
        return directory.resolve("lease");
    }

    /** Which process the new QEMU is, written by orthus-vmm-exec before it is one. */
    public Path newProcess() {
        return directory.resolve("new");
    }

    /** The status file as it was when its successor was written. */
    public Path statusBase() {
        return directory.resolve("status.base");
    }

    /** The status file that describes the new process. The switch renames it into place. */
    public Path statusNext() {
        return directory.resolve("status.next");
    }

    /** A copy of {@link #statusNext} for recovery. */
    public Path statusKept() {
        return directory.resolve("status.kept");
    }

    /** What the switch did with this VM. */
    public Path outcome() {
        return directory.resolve("outcome");
    }
}
