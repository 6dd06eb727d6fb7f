// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.campaign;

import java.time.Instant;
import java.util.Optional;

/** Which hosts a campaign begins, and when it pauses and ends. Deterministic and without effects. */
public final class CampaignRules {
    private CampaignRules() {}

    /** What happens next. */
    public static CampaignDecision next(Campaign campaign, Tally tally, Instant now) {
        if (campaign.state().ended()) {
            return CampaignDecision.nothing(campaign);
        }
        if (campaign.state() == CampaignState.CANCELLING) {
            return cancelling(campaign, tally, now);
        }
        if (tally.waiting() == 0 && tally.active() == 0) {
            return ended(campaign, CampaignState.FINISHED, tally, now);
        }
        return campaign.state() == CampaignState.RUNNING
                ? running(campaign, tally, now)
                : CampaignDecision.nothing(campaign);
    }

    /** The campaign after an operator's {@code resume}: what has failed so far is forgiven. */
    public static Campaign resumed(Campaign campaign, Tally tally, Instant now) {
        return campaign.forgiving(tally.failures()).to(CampaignState.RUNNING, "", now);
    }

    private static CampaignDecision running(Campaign campaign, Tally tally, Instant now) {
        if (campaign.plan().over(now)) {
            return stopped(campaign, "its time window is over", now);
        }
        boolean canaries = tally.onlyCanaries();
        if (canaries && tally.failures() > campaign.forgiven()) {
            return stopped(campaign, "a canary failed", now);
        }
        if (campaign.budgetLeft(tally.failures()) < 0) {
            String why = "%d failure(s) are more than its budget of %d"
                    .formatted(
                            tally.failures() - campaign.forgiven(),
                            campaign.plan().failureBudget());
            return stopped(campaign, why, now);
        }
        if (!campaign.plan().open(now)) {
            return CampaignDecision.nothing(campaign);
        }
        boolean canariesOnly = tally.waitingCanaries() > 0 || (canaries && tally.activeCanaries() > 0);
        int waiting = canariesOnly ? tally.waitingCanaries() : tally.waiting();
        int room = campaign.plan().hostsAtOnce() - tally.active();
        return new CampaignDecision(
                campaign, Math.max(0, Math.min(room, waiting)), canariesOnly, false, Optional.empty());
    }

    private static CampaignDecision cancelling(Campaign campaign, Tally tally, Instant now) {
        if (tally.waiting() > 0) {
            return new CampaignDecision(campaign, 0, false, true, Optional.empty());
        }
        return tally.active() > 0
                ? CampaignDecision.nothing(campaign)
                : ended(campaign, CampaignState.CANCELLED, tally, now);
    }

    private static CampaignDecision ended(Campaign campaign, CampaignState state, Tally tally, Instant now) {
        String how = state == CampaignState.FINISHED ? "finished" : "cancelled";
        String failures = tally.failures() == 0 ? "no failures" : tally.failures() + " failure(s)";
        return CampaignDecision.change(
                campaign.to(state, campaign.message(), now),
                new Notice(Notice.Kind.ENDED, "Campaign %s %s, %s".formatted(campaign.uuid(), how, failures)));
    }

    private static CampaignDecision stopped(Campaign campaign, String why, Instant now) {
        String text = "Campaign %s paused: %s; see listHypervisorUpgrades, then resume or cancel it"
                .formatted(campaign.uuid(), why);
        return CampaignDecision.change(
                campaign.to(CampaignState.PAUSED, why, now), new Notice(Notice.Kind.STOPPED, text));
    }
}
