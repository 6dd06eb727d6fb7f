// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine was killed, and so is the recovery after it; the next one comes to the end. */
class RecoveryKilledIT extends FaultTest {
    @Test
    void whileTheSwitchFinishes() {
        try (HeldUpgrade held = held(Moment.SWITCHING)) {
            held.killEngine();
            kill(begun());
            held.letGo();
            recovered("finished");
        }
        ranOn(newQemu);
        allIsWell();
    }

    /** libvirtd is not back, without which recovery cannot begin. */
    @Test
    void whileLibvirtdComesBack() {
        try (HeldUpgrade held = held(Moment.SWITCHED)) {
            held.killEngine();
            kill(begun());
            held.letGo();
            recovered("finished");
        }
        ranOn(newQemu);
        allIsWell();
    }

    /** libvirt has its word for the old QEMU, which does not answer. */
    @Test
    void whileItTakesThePreparationBack() {
        int old = guest.process();
        try (HeldUpgrade held = held(Moment.PREPARING)) {
            held.killEngine();
        }
        lab.signal("STOP", old);
        Process recovery = begun();
        LabHost.await(
                "a command to the old QEMU",
                () -> lab.run("virsh", "domcontrol", guest.name()).out().contains("occupied"));
        kill(recovery);
        lab.signal("CONT", old);
        recovered("undone");
        isAsBefore();
        allIsWell();
    }

    /** Its switch, which is to find out on which side the VM is, hears {@code go} when nobody is there any more, or not. */
    @ParameterizedTest
    @ValueSource(strings = {"go", "drop"})
    void whileItsSwitchFindsOut(String word) {
        HoldPoint fatal = HoldPoint.fatalAfterResume(lab);
        try {
            ended(LabHost.finish(upgrading()), 4, "lost");
        } finally {
            fatal.close();
        }
        try (HoldPoint go = HoldPoint.beforeGo(lab)) {
            Process recovery = begun();
            go.awaitHeld();
            kill(recovery);
            if (word.equals("go")) {
                go.release();
            } else {
                go.drop();
            }
        }
        recovered("finished");
        ranOn(newQemu);
        allIsWell();
    }

    private Process begun() {
        Process recovery = orthus.start("recover");
        LabHost.await("the recovery", () -> orthus.engine("recover") > 0);
        return recovery;
    }

    private void kill(Process recovery) {
        lab.signal("KILL", orthus.engine("recover"));
        assertThat(LabHost.finish(recovery).exit())
                .as("exit code of the recovery")
                .isNotZero();
    }

    private void recovered(String word) {
        assertThat(orthus.run("recover").ok().out()).contains(word);
    }
}
