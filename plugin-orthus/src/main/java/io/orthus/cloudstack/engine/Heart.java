// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * One beat looks once at every campaign and at the hosts that are due. Every management server has a heart of its own;
 * between beats it keeps nothing but the keys of the hosts that its workers are at.
 */
public final class Heart {
    private static final Logger LOGGER = LogManager.getLogger(Heart.class);

    private final CampaignStore store;
    private final CampaignWorker campaigns;
    private final HostWorker hosts;
    private final Executor workers;
    private final int perBeat;
    private final Set<Long> underWay = ConcurrentHashMap.newKeySet();

    /**
     * @param workers where hosts are looked at; a look may take as long as a host takes to answer
     * @param perBeat how many hosts one beat gives to the workers at most
     */
    public Heart(CampaignStore store, CampaignWorker campaigns, HostWorker hosts, Executor workers, int perBeat) {
        this.store = store;
        this.campaigns = campaigns;
        this.hosts = hosts;
        this.workers = workers;
        this.perBeat = perBeat;
    }

    /** Never throws: what fails now is tried again at the next beat. */
    public void beat() {
        try {
            store.open().forEach(this::campaign);
            List<Long> due = new ArrayList<>(store.due(perBeat));
            // Other servers have the same list; in the same order each would wait for a host that another one is at.
            Collections.shuffle(due);
            due.stream().filter(underWay::add).forEach(this::host);
        } catch (RuntimeException e) {
            LOGGER.warn("Orthus could not look at its campaigns, and tries again: {}", e.getMessage(), e);
        }
    }

    private void campaign(long id) {
        try {
            campaigns.work(id);
        } catch (RuntimeException e) {
            LOGGER.warn("Orthus could not look at campaign {}, and tries again: {}", id, e.getMessage(), e);
        }
    }

    private void host(long id) {
        boolean given = false;
        try {
            workers.execute(() -> {
                try {
                    hosts.work(id);
                } catch (RuntimeException e) {
                    LOGGER.warn("Orthus could not look at host run {}, and tries again: {}", id, e.getMessage(), e);
                } finally {
                    underWay.remove(id);
                }
            });
            given = true;
        } finally {
            if (!given) {
                underWay.remove(id);
            }
        }
    }
}
