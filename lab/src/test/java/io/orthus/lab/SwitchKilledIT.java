// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The native helpers are killed where it matters most. */
class SwitchKilledIT extends FaultTest {
    @Test
    void beforeTheWindow() {
        try (HeldUpgrade held = held(Moment.ARMED)) {
            lab.signal("KILL", orthus.switcher(guest));
            held.letGo();
            rolledBack(held.finish(), "");
        }
        allIsWell();
    }

    @Test
    void inTheWindowBeforeTheCommitPoint() {
        try (HeldUpgrade held = held(Moment.SWITCHING)) {
            lab.signal("KILL", orthus.switcher(guest));
            held.letGo();
            rolledBack(held.finish(), "");
        }
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
        // Its recovery needs the switch, too.
        orthus.run("recover").ok();
        ranOn(newQemu);
        allIsWell();
    }

    /** It guards a new QEMU that is not the VM yet. */
    @ParameterizedTest
    @EnumSource(names = {"PREPARING", "ARMED", "SWITCHING"})
    void launcher(Moment moment) {
        try (HeldUpgrade held = held(moment)) {
            lab.signal("KILL", orthus.launcher());
            held.letGo();
            upgraded(held.finish());
        }
        allIsWell();
    }
}
