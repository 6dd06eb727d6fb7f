// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.engine;

import io.orthus.cloudstack.campaign.Campaign;
import io.orthus.cloudstack.campaign.HostRun;
import io.orthus.cloudstack.campaign.Pace;
import io.orthus.cloudstack.campaign.Situation;
import io.orthus.cloudstack.campaign.Tally;
import io.orthus.cloudstack.campaign.VmRun;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The rows of campaigns. Thread-safe; each method is one transaction. */
public interface CampaignStore {
    /** The time that all management servers share. */
    Instant now();

    /** Campaigns that have not ended, by key. */
    List<Long> open();

    /** A campaign, if there is such a one. */
    Optional<Campaign> campaign(long id);

    /** Its hosts, counted. */
    Tally tally(long campaignId);

    /** Stores a campaign unless somebody else has changed it since it was read; says whether it did. */
    boolean save(Campaign campaign);

    /** The next hosts to begin, canaries first, in the order in which they were listed. */
    List<HostRun> waiting(long campaignId, boolean canariesOnly, int limit);

    /** Calls off all hosts that have not been begun. */
    void cancelWaiting(long campaignId);

    /** Makes all hosts that have been begun and are not through due at once. */
    void wake(long campaignId);

    /** Hosts that have been begun, are not through and are due, the longest due first. */
    List<Long> due(int limit);

    /** A host and all that its next step depends on. The host is read before its VMs, so its version vouches for them. */
    Optional<Situation> situation(long hostRunId, Pace pace);

    /**
     * Stores a host and those VMs of it that are given, unless somebody else has changed the host since it was read; says
     * whether it did. What is known of a hold is not written.
     */
    boolean save(HostRun host, List<VmRun> vms);
}
