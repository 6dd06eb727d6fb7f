// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.orthus.protocol.OrderKind;
import io.orthus.protocol.Target;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CampaignRulesTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    @Test
    void beginsAsManyHostsAsThereIsRoomFor() {
        assertThat(next(null, null, new Tally(10, 0, 1, 0, 0, 1, 0)).admit()).isEqualTo(2);
    }

    @Test
    void beginsNothingBeforeItsTime() {
        CampaignDecision decision = next(NOW.plusSeconds(60), null, new Tally(10, 0, 0, 0, 0, 0, 0));
        assertThat(decision.admit()).isZero();
        assertThat(decision.campaign().state()).isEqualTo(CampaignState.RUNNING);
    }

    @Test
    void pausesWhenItsTimeIsOver() {
        CampaignDecision decision = next(null, NOW.minusSeconds(1), new Tally(10, 0, 1, 0, 0, 1, 0));
        assertThat(decision.campaign().state()).isEqualTo(CampaignState.PAUSED);
        assertThat(decision.campaign().message()).contains("time window is over");
    }

    @Test
    void pausesWhenItsBudgetIsUsedUpAndTellsSomebody() {
        CampaignDecision decision = next(null, null, new Tally(10, 0, 0, 0, 0, 1, 3));
        assertThat(decision.campaign().state()).isEqualTo(CampaignState.PAUSED);
        assertThat(decision.notice())
                .hasValueSatisfying(notice -> assertThat(notice.kind().alert()).isTrue());
        assertThat(next(null, null, new Tally(10, 0, 0, 0, 0, 1, 2)).admit()).isEqualTo(3);
    }

    @Test
    void oneFailureOfACanaryIsEnough() {
        CampaignDecision decision = next(null, null, new Tally(10, 0, 0, 0, 2, 0, 1));
        assertThat(decision.campaign().message()).isEqualTo("a canary failed");
    }

    @Test
    void waitsForTheCanaries() {
        assertThat(next(null, null, new Tally(10, 0, 1, 1, 2, 0, 0)).admit()).isZero();
    }

    @Test
    void endsWhenEveryHostIsThrough() {
        assertThat(next(null, null, new Tally(0, 0, 0, 0, 0, 10, 0)).campaign().state())
                .isEqualTo(CampaignState.FINISHED);
    }

    private static CampaignDecision next(Instant notBefore, Instant notAfter, Tally tally) {
        Plan plan = new Plan(
                OrderKind.UPGRADE, Target.INSTALLED, 3, 1, 2, 2, 0, BlockedPolicy.SKIP, false, notBefore, notAfter);
        Campaign campaign = new Campaign(1, "c", plan, CampaignState.RUNNING, "", 0, 1, 1, NOW, null, null, 0);
        return CampaignRules.next(campaign, tally, NOW);
    }
}
