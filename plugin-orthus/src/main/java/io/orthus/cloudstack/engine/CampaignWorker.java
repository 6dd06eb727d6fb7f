// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.engine;

import io.orthus.cloudstack.campaign.Campaign;
import io.orthus.cloudstack.campaign.CampaignDecision;
import io.orthus.cloudstack.campaign.CampaignRules;
import io.orthus.cloudstack.campaign.HostRun;
import io.orthus.cloudstack.campaign.HostState;
import io.orthus.protocol.OrderKind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Looks at one campaign: begins hosts, pauses it, ends it. Thread-safe. */
public final class CampaignWorker {
    private final CampaignStore store;
    private final Locks locks;
    private final Hosts hosts;
    private final Notices notices;

    public CampaignWorker(CampaignStore store, Locks locks, Hosts hosts, Notices notices) {
        this.store = store;
        this.locks = locks;
        this.hosts = hosts;
        this.notices = notices;
    }

    /** Does what there is to do now, unless another server is at it. */
    public void work(long campaignId) {
        locks.ifFree("orthus.campaign." + campaignId, () -> store.campaign(campaignId)
                .ifPresent(this::look));
    }

    private void look(Campaign campaign) {
        Instant now = store.now();
        CampaignDecision decision = CampaignRules.next(campaign, store.tally(campaign.id()), now);
        decision.notice().ifPresent(notice -> notices.tell(decision.campaign(), notice));
        if (!decision.campaign().equals(campaign) && !store.save(decision.campaign())) {
            return;
        }
        if (decision.cancelWaiting()) {
            store.cancelWaiting(campaign.id());
        }
        if (decision.admit() > 0) {
            store.waiting(campaign.id(), decision.canariesOnly(), decision.admit())
                    .forEach(host -> begin(campaign, host, now));
        }
    }

    private void begin(Campaign campaign, HostRun host, Instant now) {
        Optional<String> unfit = hosts.unfit(host);
        if (unfit.isPresent()) {
            store.save(host.to(HostState.SKIPPED, unfit.get()), List.of());
            return;
        }
        // What a rollback is to move is known from the campaign that it undoes.
        boolean rollback = campaign.plan().kind() == OrderKind.ROLLBACK;
        store.save(host.newOrder(now).to(rollback ? HostState.WORKING : HostState.CHECKING, ""), List.of());
    }
}
