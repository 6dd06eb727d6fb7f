// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The engine was killed, and nobody types {@code orthus recover}: the start of CloudStack's agent brings it. */
class RecoveryServiceIT extends FaultTest {
    private static final String AGENT = "cloudstack-agent.service";
    private static final String RECOVERY = "orthus-recover.service";

    @BeforeEach
    void anAgent() {
        lab.write("/run/systemd/system/" + AGENT, "[Service]\nType=oneshot\nExecStart=/bin/true\n", "rw-r--r--");
        lab.run("systemctl", "enable", RECOVERY).ok();
    }

    @AfterEach
    void noAgent() {
        lab.run("systemctl", "disable", RECOVERY).ok();
        lab.run("rm", "-f", "/run/systemd/system/" + AGENT).ok();
        lab.run("systemctl", "daemon-reload").ok();
    }

    @Test
    void theStartOfTheAgentRecovers() {
        try (HeldUpgrade held = held(Moment.SWITCHING)) {
            held.killEngine();
            held.letGo();
            lab.run("systemctl", "start", AGENT).ok();
            // It is inactive before it begins, too: it comes after libvirtd, which is still on its way.
            LabHost.await(
                    "the recovery to end",
                    () -> lab.list(Orthus.JOURNAL).isEmpty()
                            && show("ActiveState").equals("inactive"));
        }
        assertThat(show("Result")).isEqualTo("success");
        ranOn(newQemu);
        isOnceAndManaged();
        allIsWell();
    }

    @Test
    void itStaysOutOfAnUpgradeThatIsUnderWay() {
        try (HeldUpgrade held = held(Moment.ARMED)) {
            lab.run("systemctl", "start", RECOVERY).ok();
            assertThat(show("ExecMainStatus")).isEqualTo("5");
            held.letGo();
            upgraded(held.finish());
        }
        allIsWell();
    }

    @Test
    void withNothingToRecoverItDoesNotRun() {
        lab.run("systemctl", "start", RECOVERY).ok();

        assertThat(show("ConditionResult")).isEqualTo("no");
    }

    private String show(String property) {
        return lab.run("systemctl", "show", "--value", "--property", property, RECOVERY)
                .ok()
                .out()
                .strip();
    }
}
