// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** libvirtd ends when nobody expects it, is started at a bad moment, or comes back late; the journal's disk is full. */
class LibvirtdIT extends FaultTest {
    /** What was asked of it is lost, and the preparation with it; it comes back when the new QEMU is gone. */
    @ParameterizedTest
    @EnumSource(names = {"LAUNCHING", "LAUNCHED", "PREPARING"})
    void killedInThePreparation(Moment moment) {
        try (HeldUpgrade held = held(moment)) {
            kill();
            held.letGo();
            rolledBack(held.finish(), because(moment));
        }
        allIsWell();
    }

    /** What notices first that there is no libvirtd. */
    private static String[] because(Moment moment) {
        return switch (moment) {
            // Without one that could be kept away, no new QEMU is started; and there is nobody to be asked.
            case LAUNCHING -> new String[] {"libvirtd (pid ", "libvirt cannot pass a command"};
            // The old QEMU has no client any more and is quicker than the new one, which stands still.
            case PREPARING -> new String[] {"was answered by another process", "libvirt cannot pass a command"};
            default -> new String[] {"libvirt cannot pass a command"};
        };
    }

    /** The switch does not find the libvirtd that it was to stop; all is prepared once more with the new one. */
    @Test
    void killedBeforeTheWindow() {
        try (HeldUpgrade held = held(Moment.ARMED)) {
            kill();
            held.letGo();
            upgraded(held.finish());
        }
        allIsWell();
    }

    /** It waits until no QEMU is uncommitted, and at the gate until the window is closed. */
    @Test
    void startedInTheWindow() {
        try (HeldUpgrade held = held(Moment.SWITCHING)) {
            lab.run("systemctl", "start", "--no-block", "libvirtd.service").ok();
            LabHost.await("libvirtd to come to the lock", () -> !lab.processes("/run/orthus/uncommitted")
                    .isEmpty());
            assertThat(lab.libvirtd()).isZero();
            held.letGo();
            upgraded(held.finish());
        }
        allIsWell();
    }

    /** It has begun with the new QEMU, which does not answer yet. */
    @Test
    void killedWhileItComesBack() {
        try (HeldUpgrade held = held(Moment.ADOPTING)) {
            kill();
            held.letGo();
            upgraded(held.finish());
        }
        allIsWell();
    }

    @Test
    void slowToComeBack() {
        try (HeldUpgrade held = held(Moment.SWITCHED)) {
            held.letGo();
            upgraded(held.finish());
        }
        allIsWell();
    }

    /** As CloudStack's agent does. systemd would restart it before libvirtd, and libvirtd would be away so long. */
    @Test
    void whatRequiresItRunsOn() {
        String unit = "requires-libvirtd.service";
        lab.run(
                        "systemd-run",
                        "--unit=" + unit,
                        "--property=Requires=libvirtd.service",
                        "--property=After=libvirtd.service",
                        "sleep",
                        "infinity")
                .ok();
        try {
            String invocation = invocation(unit);
            upgraded(LabHost.finish(upgrading()));
            assertThat(invocation(unit)).isEqualTo(invocation);
        } finally {
            lab.run("systemctl", "stop", unit).ok();
        }
        allIsWell();
    }

    @Test
    void diskFullForTheJournal() {
        lab.run("mount", "-t", "tmpfs", "-o", "size=4k,mode=700", "orthus-full", "/var/lib/orthus")
                .ok();
        try {
            lab.run("sh", "-c", "head -c 4096 /dev/zero > /var/lib/orthus/full").ok();
            rolledBack(LabHost.finish(upgrading()), "No space left");
        } finally {
            lab.run("umount", "/var/lib/orthus").ok();
        }
        allIsWell();
    }

    private void kill() {
        int daemon = lab.libvirtd();
        lab.signal("KILL", daemon);
        LabHost.await("libvirtd to end", () -> !lab.alive(daemon));
    }

    /** Names this start of a unit. */
    private String invocation(String unit) {
        String invocation = lab.run("systemctl", "show", "--property=InvocationID", "--value", unit)
                .ok()
                .out()
                .strip();
        assertThat(lab.run("systemctl", "is-active", unit).out()).isEqualTo("active\n");
        return invocation;
    }
}
