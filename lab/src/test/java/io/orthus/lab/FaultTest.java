// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** One fault per test, all on one guest, which every test finds on the old QEMU and leaves well. */
abstract class FaultTest {
    protected final LabHost lab = LabHost.running();
    /** Guests are emulated, on a machine that may be busy: how long they stand still is not what is tested. */
    protected static final String PATIENT = "--max-pause=20000";

    protected final Orthus orthus = new Orthus(lab);
    protected final String oldQemu = lab.qemu("OLD");
    protected final String newQemu = lab.qemu("NEW");
    protected Guest guest;

    @BeforeEach
    void guestOnTheOldQemu() {
        guest = SharedGuest.of(lab);
        if (!guest.qemu().equals(oldQemu)) {
            guest.mayBeStopped();
            orthus.run("upgrade", PATIENT, "--target", oldQemu, guest.name()).ok();
        }
    }

    /** A guest that a failed test has broken is no use to the next one. */
    @AfterEach
    void forgetABrokenGuest() {
        if (!SharedGuest.isLeftWell()) {
            lab.run("systemctl", "reset-failed", "libvirtd.service");
            lab.run("rm", "-rf", Orthus.JOURNAL, Orthus.RUN);
            SharedGuest.forget();
        }
    }

    protected Process upgrading(String... options) {
        SharedGuest.inUse();
        guest.mayBeStopped();
        List<String> arguments = new ArrayList<>(List.of("upgrade", "--json", "--target", newQemu));
        if (!List.of(options).contains("--max-pause")) {
            arguments.add(PATIENT);
        }
        arguments.addAll(List.of(options));
        arguments.add(guest.name());
        return orthus.start(arguments.toArray(String[]::new));
    }

    /** An upgrade to the new QEMU that has come to {@code moment}. Its guest may stand still for a minute. */
    protected HeldUpgrade held(Moment moment) {
        return new HeldUpgrade(lab, orthus, guest, moment, () -> upgrading("--max-pause", "60000"));
    }

    /** That it went to the new QEMU, and how it was told. */
    protected void upgraded(LabHost.Result result) {
        ended(result, 0, "upgraded");
        ranOn(newQemu);
    }

    /** That it is back on the old QEMU, and how it was told; one of {@code messages} is part of the reason. */
    protected void rolledBack(LabHost.Result result, String... messages) {
        ended(result, 1, "rolled-back");
        assertThat(Orthus.vm(result).get("message").getAsString()).containsAnyOf(messages);
        isAsBefore();
    }

    /** The scheduling classes of a process's threads, as ps(1) names them. */
    protected String schedulingOf(int process) {
        return lab.run("ps", "-L", "-o", "cls=", "-p", Integer.toString(process))
                .ok()
                .out();
    }

    /** It runs on the old QEMU, which has forgotten that it was to be left. */
    protected void isAsBefore() {
        ranOn(oldQemu);
        assertThat(guest.monitor("query-migrate-parameters")
                        .getAsJsonObject("return")
                        .get("mode")
                        .getAsString())
                .isEqualTo("normal");
    }

    /** What {@code upgrade --json} made of its only VM. */
    protected void ended(LabHost.Result result, int exit, String outcome) {
        assertThat(result.exit()).as(result.out() + result.err()).isEqualTo(exit);
        assertThat(Orthus.vm(result).get("result").getAsString()).isEqualTo(outcome);
    }

    /** What every fault must end with. */
    protected void allIsWell() {
        isOnceAndManaged();
        assertThat(guest.state()).isEqualTo("running");
        guest.verdictIsGood();
        guest.mayBeStopped();
        orthus.run("upgrade", PATIENT, "--target", guest.qemu().equals(oldQemu) ? newQemu : oldQemu, guest.name())
                .ok();
        isOnceAndManaged();
        SharedGuest.leftWell();
    }

    protected void isOnceAndManaged() {
        guest.isManaged();
        nothingIsLeft();
    }

    protected void nothingIsLeft() {
        assertThat(lab.list(Orthus.JOURNAL)).as("journal entries").isEmpty();
        assertThat(lab.list(Orthus.RUN)).as("left in " + Orthus.RUN).isEmpty();
    }

    protected void ranOn(String qemu) {
        assertThat(guest.qemu()).isEqualTo(qemu);
    }
}
