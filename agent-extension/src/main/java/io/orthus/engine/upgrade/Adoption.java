// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import io.orthus.engine.adopt.SwitchFiles;
import io.orthus.engine.libvirt.LibvirtFailure;
import io.orthus.engine.model.VmId;
import io.orthus.engine.qmp.QmpException;
import io.orthus.engine.sys.Deadline;
import io.orthus.engine.sys.NoSuchProcessException;
import io.orthus.engine.sys.ProcessId;
import java.io.IOException;
import java.time.Duration;

/** Sees that libvirt manages the new process. */
final class Adoption {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration INTERVAL = Duration.ofMillis(20);

    private Adoption() {}

    /**
     * Waits until libvirt's monitor of the domain is the new process's, or until that process has ended, because then
     * there is nothing to manage: a guest may shut down at any time.
     *
     * @throws IOException if it is not: the VM runs, but libvirt does not manage it
     */
    static void verify(Host host, VmId vm, ProcessId fresh, SwitchFiles files) throws IOException {
        try {
            Deadline.after(PATIENCE)
                    .await(
                            "libvirt to manage " + vm + " again",
                            INTERVAL,
                            () -> !fresh.alive() || manages(host, vm, fresh));
        } catch (IOException e) {
            throw new IOException(
                    "the VM runs, but libvirt does not manage it (pid %d, its status file should be %s): %s"
                            .formatted(fresh.pid(), files.statusLive(), e.getMessage()),
                    e);
        }
    }

    private static boolean manages(Host host, VmId vm, ProcessId fresh) throws IOException {
        try {
            return Identity.is(host.libvirt().monitor(vm.uuid()), fresh);
        } catch (LibvirtFailure | QmpException | NoSuchProcessException e) {
            host.revive();
            return false;
        }
    }
}
