// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import org.junit.jupiter.api.Test;

/** The native helpers are killed where it matters most. */
class SwitchKilledIT extends FaultTest {
    @Test
    void inTheWindowBeforeTheCommitPoint() {
        try (HoldPoint go = HoldPoint.beforeGo(lab)) {
            Process upgrade = upgrading("--max-pause", "60000");
            go.awaitHeld();
            int fresh = orthus.newProcess(guest);
            int daemon = lab.libvirtd();
            lab.signal("STOP", fresh);
            go.release();
            LabHost.await("the window to open", () -> !lab.alive(daemon));
            lab.signal("KILL", orthus.switcher(guest));
            // It may have been ended already, as it should.
            lab.run("kill", "-CONT", Integer.toString(fresh));
            LabHost.finish(upgrade);
        }
        orthus.run("recover").ok();
        ranOn(oldQemu);
        allIsWell();
    }

    @Test
    void inTheWindowAfterTheCommitPoint() {
        HoldPoint fatal = HoldPoint.fatalAfterResume(lab);
        try {
            LabHost.finish(upgrading());
        } finally {
            fatal.close();
        }
        orthus.run("recover").ok();
        ranOn(newQemu);
        allIsWell();
    }

    @Test
    void launcherWhileTheWindowIsAwaited() {
        try (HoldPoint go = HoldPoint.beforeGo(lab)) {
            Process upgrade = upgrading();
            go.awaitHeld();
            int launcher = lab.processes("/usr/libexec/orthus/orthus-vmm-exec").get(0);
            lab.signal("KILL", launcher);
            go.release();
            LabHost.finish(upgrade);
        }
        orthus.run("recover").ok();
        allIsWell();
    }
}
