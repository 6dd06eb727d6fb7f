// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import org.junit.jupiter.api.Test;

/** The engine's JVM is killed; nobody but {@code orthus recover} comes to its help. */
class EngineKilledIT extends FaultTest {
    @Test
    void whileTheNewQemuIsStarted() {
        try (HoldPoint launch = HoldPoint.beforeLaunch(lab)) {
            Process upgrade = upgrading();
            launch.awaitHeld();
            killEngine(upgrade);
            launch.release();
        }
        recovered(oldQemu);
    }

    @Test
    void whileTheNewQemuIsPrepared() {
        Process upgrade = upgrading();
        LabHost.await("the new QEMU to be prepared", () -> orthus.isAt(guest, "PREPARE"));
        killEngine(upgrade);
        recovered(oldQemu);
    }

    @Test
    void beforeTheWindow() {
        try (HoldPoint go = HoldPoint.beforeGo(lab)) {
            Process upgrade = upgrading();
            go.awaitHeld();
            killEngine(upgrade);
            go.drop();
        }
        recovered(oldQemu);
    }

    /** The guest goes on and libvirt comes back with nobody's help; recovery only closes the books. */
    @Test
    void inTheWindow() {
        try (HoldPoint go = HoldPoint.beforeGo(lab)) {
            Process upgrade = upgrading("--max-pause", "60000");
            go.awaitHeld();
            int fresh = orthus.newProcess(guest);
            int daemon = lab.libvirtd();
            lab.signal("STOP", fresh);
            go.release();
            LabHost.await("the window to open", () -> !lab.alive(daemon));
            killEngine(upgrade);
            lab.signal("CONT", fresh);
        }
        LabHost.await("the switch to finish", () -> guest.processes().size() == 1);
        ranOn(newQemu);
        LabHost.await("libvirt to manage it", () -> guest.state().equals("running"));
        guest.isManaged();
        guest.verdictIsGood();
        recovered(newQemu);
    }

    @Test
    void beforeLibvirtIsSeenManagingIt() {
        Process upgrade = upgrading();
        LabHost.await("the new QEMU to be the VM", () -> orthus.isAt(guest, "ADOPT"));
        killEngine(upgrade);
        recovered(newQemu);
    }

    private void killEngine(Process upgrade) {
        lab.signal("KILL", orthus.engine());
        LabHost.finish(upgrade);
    }

    private void recovered(String qemu) {
        orthus.run("recover").ok();
        ranOn(qemu);
        allIsWell();
    }
}
