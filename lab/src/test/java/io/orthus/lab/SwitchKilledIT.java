// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

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
            rolledBack(held.finish(), "undone: it runs on QEMU " + lab.version("OLD"));
        }
        allIsWell();
    }

    @Test
    void inTheWindowBeforeTheCommitPoint() {
        try (HeldUpgrade held = held(Moment.SWITCHING)) {
            lab.signal("KILL", orthus.switcher(guest));
            held.letGo();
            rolledBack(held.finish(), "undone: it runs on QEMU " + lab.version("OLD"));
        }
        allIsWell();
    }

    /** The QEMU that it let go before others does so no more when all is recovered. */
    @Test
    void inTheWindowWithItsEngine() {
        assumeThat(lab.run("chrt", "--rr", "1", "true").exit())
                .as("exit code of a program with a real-time priority")
                .isZero();
        int old = guest.process();
        try (HeldUpgrade held = held(Moment.SWITCHING)) {
            held.killEngine();
            LabHost.await("the switch to let the old QEMU go before others", () -> schedulingOf(old)
                    .contains("RR"));
            lab.signal("KILL", orthus.switcher(guest));
            held.letGo();
            assertThat(orthus.run("recover").ok().out()).contains("undone");
        }
        isAsBefore();
        assertThat(schedulingOf(old)).doesNotContain("RR");
        allIsWell();
    }

    @Test
    void inTheWindowAfterTheCommitPoint() {
        HoldPoint fatal = HoldPoint.fatalAfterResume(lab);
        try {
            // Nor does the engine find out, because that needs the switch, too.
            LabHost.Result result = LabHost.finish(upgrading());
            ended(result, 4, "lost");
            assertThat(Orthus.vm(result).get("message").getAsString())
                    .contains("the switch did not say where the VM is", "run 'orthus recover'");
        } finally {
            fatal.close();
        }
        assertThat(orthus.run("recover").ok().out()).contains("finished: it runs on QEMU " + lab.version("NEW"));
        ranOn(newQemu);
        allIsWell();
    }

    /** There is a new QEMU of which nobody has heard and which nobody guards. */
    @Test
    void launcherBeforeItHasSpoken() {
        try (HoldPoint launched = HoldPoint.afterLaunch(lab)) {
            Process upgrade = upgrading();
            launched.awaitHeld();
            lab.signal("KILL", orthus.launcher());
            launched.drop();
            rolledBack(LabHost.finish(upgrade), "orthus-vmm-exec");
        }
        allIsWell();
    }

    @Test
    void launcherBeforeItHasSpokenWithItsEngine() {
        try (HeldUpgrade held = held(Moment.LAUNCHED)) {
            lab.signal("KILL", orthus.launcher());
            held.killEngine();
            held.letGo();
            assertThat(orthus.run("recover").ok().out()).contains("undone");
        }
        isAsBefore();
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
