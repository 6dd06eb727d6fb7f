// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An operator migrates the VM to another host. Whoever comes second is refused, and the VM runs once. */
class MigratedMeanwhileIT extends FaultTest {
    /** MiB per second: the RAM would take a minute and more. */
    private static final String SLOWLY = "1";

    private PeerHost peer;
    private Guest there;

    @BeforeEach
    void anotherHost() {
        peer = PeerHost.linkedTo(lab);
        there = peer.receive(guest);
    }

    @AfterEach
    void noOtherHost() {
        peer.close();
    }

    @Test
    void afterThePreparation() {
        try (HeldUpgrade held = held(Moment.ARMED)) {
            LabHost.Result migration = LabHost.finish(migrating());
            assertThat(migration.exit()).as(migration.out()).isNotZero();
            assertThat(migration.err()).contains("There's a migration process in progress");
            held.letGo();
            upgraded(held.finish());
        }
        runsOnlyHere();
        allIsWell();
    }

    @Test
    void beforeThePreparation() {
        try (HeldUpgrade held = held(Moment.LAUNCHING)) {
            Process migration = stalled();
            held.letGo();
            LabHost.Result result = held.finish();
            fail(migration);
            rolledBack(result, "a job (migration out) under way");
        }
        orthus.run("recover").ok();
        runsOnlyHere();
        allIsWell();
    }

    @Test
    void beforeTheUpgrade() {
        Process migration = stalled();
        LabHost.Result result = LabHost.finish(upgrading());
        fail(migration);
        ended(result, 3, "refused");
        assertThat(Orthus.vm(result).get("message").getAsString()).contains("job");
        runsOnlyHere();
        allIsWell();
    }

    private Process migrating() {
        SharedGuest.inUse();
        return lab.start(
                "virsh",
                "migrate",
                "--live",
                "--unsafe",
                "--bandwidth",
                SLOWLY,
                guest.name(),
                peer.libvirt(),
                peer.migration());
    }

    /** A migration whose destination has begun to receive and stands still. */
    private Process stalled() {
        Process migration = migrating();
        LabHost.await("the migration to begin", () -> guest.monitor("query-migrate")
                .getAsJsonObject("return")
                .get("status")
                .getAsString()
                .equals("active"));
        peer.signal("STOP", there.process());
        assertThat(guest.jobIsUnderWay()).as("the migration is under way").isTrue();
        return migration;
    }

    /** Its destination dies, so the VM stays where it is. */
    private void fail(Process migration) {
        peer.signal("KILL", there.process());
        assertThat(LabHost.finish(migration).exit())
                .as("exit code of the migration")
                .isNotZero();
    }

    private void runsOnlyHere() {
        guest.isManaged();
        LabHost.await("the other host to have none", () -> there.processes().isEmpty());
    }
}
