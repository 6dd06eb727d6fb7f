// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The QEMU to go to is not what it should be, or fails on the way. */
class NewQemuIT extends FaultTest {
    private static final String FAKE = "/opt/fake/qemu-system-x86_64";

    @Test
    void missing() {
        refused("/opt/none/qemu-system-x86_64", "there is no QEMU at");
    }

    @Test
    void notExecutable() {
        lab.write(FAKE, "#!/bin/sh\n", "rw-r--r--");
        refused(FAKE, "is not executable");
    }

    @Test
    void notOwnedByRoot() {
        lab.write(FAKE, "#!/bin/sh\n", "rwxr-xr-x");
        lab.run("chown", "nobody", FAKE).ok();
        refused(FAKE, "nobody", "root", "owned");
        lab.run("chown", "root", FAKE).ok();
    }

    @Test
    void noQemuAtAll() {
        refused("/usr/bin/true", "no QEMU");
    }

    @Test
    void dyingAtStart() {
        rolledBack(upgradedWith(HoldPoint.badOption(lab)), "-nonsense: invalid option");
        allIsWell();
    }

    @Test
    void dyingWhileItIsPrepared() {
        try (HeldUpgrade held = held(Moment.PREPARING)) {
            held.killNewQemu();
            rolledBack(held.finish(), "ended");
        }
        allIsWell();
    }

    @Test
    void dyingBeforeTheWindow() {
        try (HeldUpgrade held = held(Moment.ARMED)) {
            held.killNewQemu();
            held.letGo();
            rolledBack(held.finish(), "has ended");
        }
        allIsWell();
    }

    @Test
    void dyingInTheWindow() {
        try (HeldUpgrade held = held(Moment.SWITCHING)) {
            held.killNewQemu();
            rolledBack(held.finish(), "the new QEMU");
        }
        allIsWell();
    }

    /** It is given up when the longest pause is over. */
    @Test
    void hangingInTheWindow() {
        try (HoldPoint go = HoldPoint.beforeGo(lab)) {
            Process upgrade = upgrading("--max-pause", "2000");
            go.awaitHeld();
            lab.signal("STOP", orthus.newProcess(guest));
            go.release();
            rolledBack(LabHost.finish(upgrade), "in time");
        }
        allIsWell();
    }

    /** From the commit point on there is only forward: once it goes on, all is done. */
    @Test
    void hangingAfterTheCommitPoint() {
        try (HeldUpgrade held = held(Moment.ADOPTING)) {
            held.letGo();
            upgraded(held.finish());
        }
        allIsWell();
    }

    /** It expects another form of the stream, and says so when the first device's state has been read. */
    @Test
    void rejectingTheState() {
        rolledBack(upgradedWith(HoldPoint.expectingAnotherStream(lab)), "did not take the state");
        allIsWell();
    }

    @Test
    void dyingMidStream() {
        try (HoldPoint stream = HoldPoint.inTheStream(lab)) {
            Process upgrade = upgrading("--max-pause", "60000");
            stream.awaitHeld();
            lab.signal("KILL", orthus.newProcess(guest));
            stream.release();
            rolledBack(LabHost.finish(upgrade), "the new QEMU");
        }
        allIsWell();
    }

    private LabHost.Result upgradedWith(HoldPoint tampering) {
        try (tampering) {
            return LabHost.finish(upgrading());
        }
    }

    private void refused(String target, String... oneOf) {
        int before = guest.process();
        LabHost.Result result = orthus.run("upgrade", "--target", target, guest.name());
        assertThat(result.exit()).as(result.err()).isEqualTo(2);
        assertThat(result.err().strip().lines()).hasSize(1);
        assertThat(result.err()).containsAnyOf(oneOf).contains(target);
        assertThat(guest.process()).isEqualTo(before);
        isOnceAndManaged();
    }
}
