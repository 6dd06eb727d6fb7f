// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import io.orthus.engine.libvirt.DomainXml;
import io.orthus.engine.libvirt.Xml;
import io.orthus.engine.qmp.Qmp;
import io.orthus.engine.qmp.QmpException;
import io.orthus.engine.sys.NoSuchProcessException;
import io.orthus.engine.sys.Proc;
import io.orthus.engine.sys.ProcessId;
import io.orthus.engine.sys.Scheduling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * While orthus-switch switches a VM, both QEMUs go before others, but not the threads that run the guest. A switch that
 * was killed could not take that back.
 */
final class Urgency {
    /** As in orthus-switch (urgency.c). */
    private static final Scheduling URGENT = new Scheduling(Scheduling.ROUND_ROBIN, 1);

    private static final Scheduling ORDINARY = new Scheduling(Scheduling.ORDINARY, 0);

    private Urgency() {}

    /**
     * Has a QEMU scheduled as any other process, unless its definition wants it otherwise.
     *
     * @param monitor that of {@code qemu}
     * @param statusFile libvirt's, for the definition
     */
    static void end(ProcessId qemu, Qmp monitor, Path statusFile) throws QmpException, IOException {
        try {
            if (Scheduling.of(qemu.pid()).equals(URGENT) && !isWanted(statusFile)) {
                calm(qemu, TwinFacts.guestThreads(monitor));
            }
        } catch (NoSuchProcessException e) {
            // It has ended, and its priority with it.
        }
    }

    private static boolean isWanted(Path statusFile) throws IOException {
        byte[] status = Files.readAllBytes(statusFile);
        return DomainXml.descendant(Xml.parse(status, statusFile.toString()).getDocumentElement(), "emulatorsched")
                .isPresent();
    }

    private static void calm(ProcessId qemu, Set<Integer> guestThreads) throws IOException {
        for (int tid : Proc.of(qemu).tasks()) {
            try {
                if (!guestThreads.contains(tid) && Scheduling.of(tid).equals(URGENT)) {
                    ORDINARY.apply(tid);
                }
            } catch (NoSuchProcessException e) {
                // Worker threads come and go.
            }
        }
    }
}
