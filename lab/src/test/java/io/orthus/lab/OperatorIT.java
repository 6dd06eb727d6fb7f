// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Somebody else works on the VM while it is upgraded. */
class OperatorIT extends FaultTest {
    @Test
    void destroy() {
        meanwhile(() -> lab.run("virsh", "destroy", guest.name()).ok(), 1);
        assertThat(guest.processes()).as("QEMUs of a destroyed VM").isEmpty();
        assertThat(guest.state()).isEqualTo("shut off");
        nothingIsLeft();
        guest.start();
        allIsWell();
    }

    @Test
    void suspend() {
        guest.mayBeStopped();
        meanwhile(() -> lab.run("virsh", "suspend", guest.name()).ok(), 1);
        assertThat(guest.state()).isEqualTo("paused");
        lab.run("virsh", "resume", guest.name()).ok();
        guest.awaitUp();
        allIsWell();
    }

    @Test
    void reboot() {
        int boots = guest.boots();
        meanwhile(() -> lab.run("virsh", "reset", guest.name()).ok(), 0);
        guest.awaitBoots(boots + 1);
        allIsWell();
    }

    @Test
    void snapshot() {
        meanwhile(
                () -> {
                    LabHost.Result result = lab.run(
                            "virsh", "snapshot-create", guest.name(), "--disk-only", "--no-metadata", "--atomic");
                    // Whether libvirt does it or refuses it, the VM must be well.
                    assertThat(result.exit()).isIn(0, 1);
                },
                -1);
        allIsWell();
    }

    @Test
    void aPausedVmStaysPaused() {
        guest.mayBeStopped();
        lab.run("virsh", "suspend", guest.name()).ok();
        LabHost.finish(upgrading()).ok();
        ranOn(newQemu);
        assertThat(guest.state()).isEqualTo("paused");
        isOnceAndManaged();
        lab.run("virsh", "resume", guest.name()).ok();
        guest.awaitUp();
        allIsWell();
    }

    @Test
    void aBlockJobIsRefused() {
        SharedGuest.inUse();
        String copy = "/var/lib/libvirt/images/copy.raw";
        lab.run("virsh", "blockcopy", guest.name(), "vdb", copy, "--transient-job", "--format", "raw")
                .ok();
        LabHost.Result result = LabHost.finish(upgrading());
        assertThat(result.exit()).as(result.err()).isEqualTo(3);
        assertThat(Orthus.vm(result).get("message").getAsString()).contains("job");
        ranOn(oldQemu);
        lab.run("virsh", "blockjob", guest.name(), "vdb", "--abort").ok();
        lab.run("rm", "-f", copy).ok();
        allIsWell();
    }

    @Test
    void twoUpgradesAtOnce() {
        try (HoldPoint go = HoldPoint.beforeGo(lab)) {
            Process upgrade = upgrading();
            go.awaitHeld();
            LabHost.Result second = orthus.run("upgrade", "--target", newQemu, guest.name());
            assertThat(second.exit()).as(second.err()).isEqualTo(5);
            go.release();
            LabHost.finish(upgrade).ok();
        }
        ranOn(newQemu);
        allIsWell();
    }

    /** {@code exit}: what the upgrade must end with; -1 for whatever. */
    private void meanwhile(Runnable deed, int exit) {
        try (HoldPoint go = HoldPoint.beforeGo(lab)) {
            Process upgrade = upgrading();
            go.awaitHeld();
            deed.run();
            go.release();
            LabHost.Result result = LabHost.finish(upgrade);
            assertThat(result.exit())
                    .as(result.out() + result.err())
                    .isIn(exit == -1 ? new Object[] {0, 1} : new Object[] {exit});
        }
    }
}
