// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.campaign;

import java.util.Optional;

/**
 * What happens next in a campaign.
 *
 * @param campaign its row from now on; the same object if nothing changed
 * @param admit how many waiting hosts to begin
 * @param canariesOnly whether those must be canaries
 * @param cancelWaiting whether to call off all waiting hosts
 * @param notice what to tell the operator, if anything
 */
public record CampaignDecision(
        Campaign campaign, int admit, boolean canariesOnly, boolean cancelWaiting, Optional<Notice> notice) {
    static CampaignDecision nothing(Campaign campaign) {
        return new CampaignDecision(campaign, 0, false, false, Optional.empty());
    }

    static CampaignDecision change(Campaign campaign, Notice notice) {
        return new CampaignDecision(campaign, 0, false, false, Optional.of(notice));
    }
}
