// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** libvirtd ends when nobody expects it, or comes back late; the journal's disk is full. */
class LibvirtdIT extends FaultTest {
    @Test
    void killedWhileTheNewQemuIsStarted() {
        try (HoldPoint launch = HoldPoint.beforeLaunch(lab)) {
            Process upgrade = upgrading();
            launch.awaitHeld();
            lab.signal("KILL", lab.libvirtd());
            launch.release();
            LabHost.finish(upgrade);
        }
        orthus.run("recover").ok();
        allIsWell();
    }

    @Test
    void killedBeforeTheWindow() {
        try (HoldPoint go = HoldPoint.beforeGo(lab)) {
            Process upgrade = upgrading();
            go.awaitHeld();
            lab.signal("KILL", lab.libvirtd());
            go.release();
            LabHost.finish(upgrade);
        }
        orthus.run("recover").ok();
        allIsWell();
    }

    /** It has begun with the new QEMU, which does not answer yet. */
    @Test
    void killedWhileItComesBack() {
        try (HeldUpgrade held = held(Moment.ADOPTING)) {
            lab.signal("KILL", lab.libvirtd());
            held.letGo();
            held.finish().ok();
        }
        ranOn(newQemu);
        allIsWell();
    }

    @Test
    void slowToComeBack() {
        try (HeldUpgrade held = held(Moment.SWITCHED)) {
            held.letGo();
            held.finish().ok();
        }
        ranOn(newQemu);
        allIsWell();
    }

    @Test
    void diskFullForTheJournal() {
        lab.run("mount", "-t", "tmpfs", "-o", "size=4k,mode=700", "orthus-full", "/var/lib/orthus")
                .ok();
        try {
            lab.run("sh", "-c", "head -c 4096 /dev/zero > /var/lib/orthus/full").ok();
            LabHost.Result result = LabHost.finish(upgrading());
            assertThat(result.exit()).isEqualTo(1);
            assertThat(result.out() + result.err()).contains("journal").contains("space");
            ranOn(oldQemu);
        } finally {
            lab.run("umount", "/var/lib/orthus").ok();
        }
        allIsWell();
    }
}
