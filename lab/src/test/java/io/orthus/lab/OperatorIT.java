// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Somebody else works on the VM while it is upgraded. */
class OperatorIT extends FaultTest {
    @Test
    void destroy() {
        meanwhile(() -> lab.run("virsh", "destroy", guest.name()).ok(), result -> ended(result, 1, "ended"));
        assertThat(guest.processes()).as("QEMUs of a destroyed VM").isEmpty();
        assertThat(guest.state()).isEqualTo("shut off");
        nothingIsLeft();
        guest.start();
        allIsWell();
    }

    @Test
    void suspend() {
        guest.mayBeStopped();
        meanwhile(() -> lab.run("virsh", "suspend", guest.name()).ok(), result -> rolledBack(result, "paused"));
        assertThat(guest.state()).isEqualTo("paused");
        lab.run("virsh", "resume", guest.name()).ok();
        guest.awaitUp();
        allIsWell();
    }

    @Test
    void reboot() {
        int boots = guest.boots();
        meanwhile(() -> lab.run("virsh", "reset", guest.name()).ok(), this::upgraded);
        guest.awaitBoots(boots + 1);
        allIsWell();
    }

    /** The disk is another one afterwards, so the VM is prepared once more. */
    @Test
    void snapshotBeforeTheWindow() {
        meanwhile(this::snapshot, this::upgraded);
        allIsWell();
    }

    /** The new QEMU was built for the VM as it was. */
    @Test
    void snapshotInThePreparation() {
        try (HeldUpgrade held = held(Moment.PREPARING)) {
            snapshot();
            held.letGo();
            rolledBack(held.finish(), "the drives of the new QEMU differ");
        }
        allIsWell();
    }

    /** Nothing that QEMU knows of, so only the definition tells. */
    @Test
    void anotherDefinitionInThePreparation() {
        try (HeldUpgrade held = held(Moment.PREPARING)) {
            lab.run("virsh", "metadata", guest.name(), "--live", "--uri", "urn:test", "--key", "t", "--set", "<new/>")
                    .ok();
            held.letGo();
            rolledBack(held.finish(), "was changed");
        }
        allIsWell();
    }

    private void snapshot() {
        lab.run("virsh", "snapshot-create", guest.name(), "--disk-only", "--no-metadata", "--atomic")
                .ok();
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

    /** By way of libvirt, as {@code virsh migrate}: the VM is busy, and left so. A dump that is not read goes on for ever. */
    @Test
    void aJobInThePreparation() {
        String fifo = "/var/lib/libvirt/qemu/dump/never-read";
        lab.run("mkfifo", fifo).ok();
        try (Barrier end = new Barrier(lab, "dump");
                HeldUpgrade held = held(Moment.LAUNCHING)) {
            Process reader = lab.start("sh", "-c", "exec 3<%s; %s".formatted(fifo, end.commands()));
            Process dump = lab.start("virsh", "dump", guest.name(), fifo, "--live");
            LabHost.await("the dump to begin", guest::jobIsUnderWay);
            held.letGo();
            LabHost.Result result = held.finish();
            boolean undisturbed = guest.jobIsUnderWay();
            lab.run("virsh", "domjobabort", guest.name());
            end.say("end");
            LabHost.finish(reader);
            LabHost.finish(dump);
            assertThat(undisturbed).as("the dump goes on").isTrue();
            rolledBack(result, "a job (dump) under way");
        } finally {
            lab.run("rm", "-f", fifo);
        }
        orthus.run("recover").ok();
        allIsWell();
    }

    /** Behind libvirt's back, after the preflight: QEMU itself refuses. */
    @Test
    void aMigrationInThePreparation() {
        try (HeldUpgrade held = held(Moment.LAUNCHING)) {
            Process sink = lab.start("socat", "TCP-LISTEN:47999,bind=10.9.0.1", "EXEC:sleep 300");
            LabHost.await(
                    "somebody to migrate to",
                    () -> lab.run("ss", "-Hltn", "sport = 47999").out().contains("47999"));
            guest.monitor("migrate", "{\"uri\":\"tcp:10.9.0.1:47999\"}");
            held.letGo();
            rolledBack(held.finish(), "migration");
            sink.destroy();
        }
        allIsWell();
    }

    @Test
    void twoUpgradesAtOnce() {
        try (HeldUpgrade held = held(Moment.ARMED)) {
            LabHost.Result second = orthus.run("upgrade", "--target", newQemu, guest.name());
            assertThat(second.exit()).as(second.err()).isEqualTo(5);
            held.letGo();
            upgraded(held.finish());
        }
        allIsWell();
    }

    /** What is done when the switch is armed, and what the upgrade must make of it. */
    private void meanwhile(Runnable deed, Consumer<LabHost.Result> outcome) {
        try (HeldUpgrade held = held(Moment.ARMED)) {
            deed.run();
            held.letGo();
            outcome.accept(held.finish());
        }
    }
}
