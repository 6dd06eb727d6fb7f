// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.orthus.cloudstack.api.command.LiveUpgradeHypervisorCmd;
import io.orthus.cloudstack.campaign.BlockedPolicy;
import io.orthus.cloudstack.campaign.Plan;
import io.orthus.protocol.OrderKind;
import java.time.Instant;
import java.util.Date;
import org.apache.cloudstack.api.ApiErrorCode;
import org.apache.cloudstack.api.ServerApiException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlansTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private final LiveUpgradeHypervisorCmd cmd = mock(LiveUpgradeHypervisorCmd.class);

    @BeforeEach
    void nothingGiven() {
        // Mockito's mocks answer 0 for numbers that are not given; the command answers null.
        when(cmd.getHostsAtOnce()).thenReturn(null);
        when(cmd.getVmsAtOnce()).thenReturn(null);
        when(cmd.getCanaryHosts()).thenReturn(null);
        when(cmd.getFailureBudget()).thenReturn(null);
        when(cmd.getLongestPause()).thenReturn(null);
    }

    @Test
    void isCarefulByDefault() {
        Plan plan = Plans.of(cmd, 64, NOW);
        assertThat(plan.kind()).isEqualTo(OrderKind.UPGRADE);
        assertThat(plan.hostsAtOnce()).isEqualTo(1);
        assertThat(plan.failureBudget()).isZero();
        assertThat(plan.onBlocked()).isEqualTo(BlockedPolicy.SKIP);
        assertThat(plan.passthrough()).isFalse();
        assertThat(plan.open(NOW)).isTrue();
    }

    @Test
    void refusesNumbersOutOfBounds() {
        when(cmd.getHostsAtOnce()).thenReturn(0);
        refused("hostsatonce: 0 is not between 1 and 1000");
    }

    @Test
    void refusesMoreThanCloudStacksThreads() {
        when(cmd.getHostsAtOnce()).thenReturn(17);
        when(cmd.getVmsAtOnce()).thenReturn(4);
        refused("orthus.held.vms.max");

        when(cmd.isDryRun()).thenReturn(true);
        assertThat(Plans.of(cmd, 64, NOW).dryRun()).as("a dry run holds no VM").isTrue();
    }

    @Test
    void refusesWhatIsNoVersion() {
        when(cmd.getQemuVersion()).thenReturn("11.1.3; rm -rf /");
        refused("qemuversion: not a version");
    }

    @Test
    void takesVersionsAsPackagersWriteThem() {
        when(cmd.getQemuVersion()).thenReturn("10.0.2 (Debian 1:10.0.2+ds-2~bpo13+1)");
        assertThat(Plans.of(cmd, 64, NOW).target().qemu()).startsWith("10.0.2");
    }

    @Test
    void refusesAPolicyThatIsNone() {
        when(cmd.getBlockedPolicy()).thenReturn("explode");
        refused("blockedpolicy must be one of skip, migrate, fail");
    }

    @Test
    void refusesAWindowThatIsOver() {
        when(cmd.getEndDate()).thenReturn(Date.from(NOW.minusSeconds(1)));
        refused("enddate");
    }

    @Test
    void refusesAWindowThatEndsBeforeItBegins() {
        when(cmd.getStartDate()).thenReturn(Date.from(NOW.plusSeconds(7200)));
        when(cmd.getEndDate()).thenReturn(Date.from(NOW.plusSeconds(3600)));
        refused("enddate");
    }

    private void refused(String why) {
        assertThatThrownBy(() -> Plans.of(cmd, 64, NOW))
                .isInstanceOfSatisfying(ServerApiException.class, e -> assertThat(e.getErrorCode())
                        .isEqualTo(ApiErrorCode.PARAM_ERROR))
                .hasMessageContaining(why);
    }
}
