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
        lab.write(
                FAKE,
                "#!/bin/sh\ncase \" $* \" in *' -incoming '*) echo 'cannot start today' >&2; exit 1;; esac\nexec "
                        + newQemu
                        + " \"$@\"\n",
                "rwxr-xr-x");
        SharedGuest.inUse();
        LabHost.Result result = orthus.run("upgrade", "--json", "--target", FAKE, guest.name());
        assertThat(result.exit()).as(result.err()).isIn(1, 3);
        ranOn(oldQemu);
        allIsWell();
    }

    @Test
    void dyingBeforeTheWindow() {
        failsInTheWindow("KILL");
    }

    @Test
    void hangingInTheWindow() {
        failsInTheWindow("STOP");
    }

    @Test
    void dyingInTheWindow() {
        try (HoldPoint go = HoldPoint.beforeGo(lab)) {
            Process upgrade = upgrading("--max-pause", "60000");
            go.awaitHeld();
            int fresh = orthus.newProcess(guest);
            int daemon = lab.libvirtd();
            lab.signal("STOP", fresh);
            go.release();
            LabHost.await("the window to open", () -> !lab.alive(daemon));
            lab.signal("KILL", fresh);
            rolledBack(upgrade);
        }
        allIsWell();
    }

    /** From the commit point on there is only forward: once it goes on, all is done. */
    @Test
    void hangingAfterTheCommitPoint() {
        try (HoldPoint go = HoldPoint.beforeGo(lab)) {
            Process upgrade = upgrading();
            go.awaitHeld();
            int old =
                    orthus.entry(guest).getAsJsonObject("oldProcess").get("pid").getAsInt();
            int fresh = orthus.newProcess(guest);
            int daemon = lab.libvirtd();
            go.release();
            LabHost.await("the old QEMU to end", () -> !lab.alive(old));
            lab.signal("STOP", fresh);
            LabHost.await("libvirtd to come back", () -> lab.libvirtd() != 0 && lab.libvirtd() != daemon);
            lab.signal("CONT", fresh);
            LabHost.finish(upgrade);
        }
        orthus.run("recover").ok();
        ranOn(newQemu);
        allIsWell();
    }

    private void failsInTheWindow(String signal) {
        try (HoldPoint go = HoldPoint.beforeGo(lab)) {
            Process upgrade = upgrading();
            go.awaitHeld();
            lab.signal(signal, orthus.newProcess(guest));
            go.release();
            rolledBack(upgrade);
        }
        allIsWell();
    }

    private void rolledBack(Process upgrade) {
        LabHost.Result result = LabHost.finish(upgrade);
        assertThat(result.exit()).as(result.err()).isEqualTo(1);
        assertThat(Orthus.vm(result).get("result").getAsString()).isEqualTo("rolled-back");
        ranOn(oldQemu);
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
