// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.engine;

import io.orthus.cloudstack.campaign.Campaign;
import io.orthus.cloudstack.campaign.Decision;
import io.orthus.cloudstack.campaign.Effect;
import io.orthus.cloudstack.campaign.HostRules;
import io.orthus.cloudstack.campaign.HostRun;
import io.orthus.cloudstack.campaign.HostState;
import io.orthus.cloudstack.campaign.Pace;
import io.orthus.cloudstack.campaign.Reply;
import io.orthus.cloudstack.campaign.Situation;
import io.orthus.cloudstack.campaign.Whereabouts;
import io.orthus.protocol.OrderCommand;
import io.orthus.protocol.OrderKind;
import io.orthus.protocol.OrderState;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Looks at one host of a campaign: decides, stores, does. Thread-safe. */
public final class HostWorker {
    /** A look at a host ends after so many steps, so that no host keeps the others waiting; the next look goes on. */
    private static final int STEPS = 8;

    private final CampaignStore store;
    private final Locks locks;
    private final Hosts hosts;
    private final Vms vms;
    private final Notices notices;
    private final Readiness readiness;
    private final Supplier<Pace> pace;

    public HostWorker(
            CampaignStore store,
            Locks locks,
            Hosts hosts,
            Vms vms,
            Notices notices,
            Readiness readiness,
            Supplier<Pace> pace) {
        this.store = store;
        this.locks = locks;
        this.hosts = hosts;
        this.vms = vms;
        this.notices = notices;
        this.readiness = readiness;
        this.pace = pace;
    }

    /** Does what there is to do now, unless another server is at it. */
    public void work(long hostRunId) {
        locks.ifFree("orthus.host." + hostRunId, () -> {
            for (int step = 0; step < STEPS; step++) {
                Optional<Situation> situation = situation(hostRunId);
                if (situation.isEmpty() || !look(situation.get())) {
                    return;
                }
            }
        });
    }

    private Optional<Situation> situation(long hostRunId) {
        return store.situation(hostRunId, pace.get()).filter(HostWorker::underWay);
    }

    private static boolean underWay(Situation situation) {
        HostState state = situation.host().state();
        return state != HostState.WAITING && !state.ended();
    }

    /** One step; says whether the next one is due at once. */
    private boolean look(Situation before) {
        if (before.host().due().isAfter(before.now())) {
            return false;
        }
        Decision decision = HostRules.next(before);
        if (!store(before.campaign(), decision)) {
            return false;
        }
        HostRun after = decision.host();
        Map<Long, Whereabouts> found = new HashMap<>();
        for (Effect effect : decision.effects()) {
            if (effect instanceof Effect.Ask ask) {
                after = heard(decision.host(), ask.command(), hosts.ask(decision.host(), ask.command()))
                        .orElse(after);
            } else if (effect instanceof Effect.Hold hold) {
                vms.hold(hold.vm());
            } else if (effect instanceof Effect.SendAway away) {
                vms.sendAway(decision.host(), away.vm());
            } else if (effect instanceof Effect.Find find) {
                found.put(find.vm().id(), vms.find(decision.host(), find.vm()));
            }
        }
        if (found.values().stream().anyMatch(where -> where != Whereabouts.HERE)) {
            situation(before.host().id()).ifPresent(now -> store(now.campaign(), HostRules.found(now, found)));
        }
        return !after.due().isAfter(before.now());
    }

    /** Takes over what a host said; gives its row as it is then, unless that answer is of no use any more. */
    private Optional<HostRun> heard(HostRun asked, OrderCommand command, Reply reply) {
        Optional<Situation> situation = situation(asked.id());
        if (reply instanceof Reply.Answered answered && answered.report().state() == OrderState.DONE) {
            if (asked.state() == HostState.CHECKING) {
                readiness.seen(asked, answered.report());
            } else {
                situation.ifPresent(now -> readiness.moved(
                        asked, answered.report(), now.campaign().plan().kind() == OrderKind.UPGRADE));
            }
        }
        // An answer to an order that is no longer the current one says nothing about the current one.
        Optional<Situation> current = situation.filter(now -> now.host().token().equals(asked.token()));
        if (current.isEmpty()) {
            return Optional.empty();
        }
        Decision decision = HostRules.heard(current.get(), command, reply);
        return store(current.get().campaign(), decision) ? Optional.of(decision.host()) : Optional.empty();
    }

    private boolean store(Campaign campaign, Decision decision) {
        for (Effect effect : decision.effects()) {
            if (effect instanceof Effect.Tell tell) {
                notices.tell(campaign, decision.host(), tell.notice());
            }
        }
        return store.save(decision.host(), decision.vms());
    }
}
