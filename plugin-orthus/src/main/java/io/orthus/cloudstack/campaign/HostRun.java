// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.campaign;

import io.orthus.protocol.KvmExchange;
import java.time.Instant;

/**
 * One host's part in a campaign.
 *
 * @param id key of the row
 * @param uuid what the tokens of its orders begin with
 * @param campaignId its campaign
 * @param hostId CloudStack's key of the host
 * @param hostUuid CloudStack's UUID of the host
 * @param hostName what people call it
 * @param canary whether it goes first
 * @param state how it stands
 * @param round how many orders it has been given; each has a token of its own
 * @param known whether the host has said that it knows the current order, and has not said that it is through with it
 * @param began when the current order, or the check, was begun
 * @param heard when the host last answered sensibly
 * @param due when to look at it next
 * @param failures how much of it failed: VMs, and the host itself
 * @param message one sentence for the operator; empty if there is nothing to say
 * @param kvm what has been done to its KVM so far; {@code null} if nothing
 * @param version fence against writing over another server's change
 */
public record HostRun(
        long id,
        String uuid,
        long campaignId,
        long hostId,
        String hostUuid,
        String hostName,
        boolean canary,
        HostState state,
        int round,
        boolean known,
        Instant began,
        Instant heard,
        Instant due,
        int failures,
        String message,
        KvmExchange kvm,
        long version) {

    /** Names the order that the host works on; orders of one host are numbered. */
    public String token() {
        return uuid + "/" + round;
    }

    /** The same in another state, and why. */
    public HostRun to(HostState next, String why) {
        return new HostRun(
                id,
                uuid,
                campaignId,
                hostId,
                hostUuid,
                hostName,
                canary,
                next,
                round,
                known,
                began,
                heard,
                due,
                failures,
                why,
                kvm,
                version);
    }

    /** The same, about to be given a new order. */
    public HostRun newOrder(Instant now) {
        return new HostRun(
                id,
                uuid,
                campaignId,
                hostId,
                hostUuid,
                hostName,
                canary,
                state,
                round + 1,
                false,
                now,
                now,
                now,
                failures,
                message,
                kvm,
                version);
    }

    /** The same after a sensible answer. */
    public HostRun heard(boolean knowsOrder, String what, Instant now) {
        return new HostRun(
                id,
                uuid,
                campaignId,
                hostId,
                hostUuid,
                hostName,
                canary,
                state,
                round,
                knowsOrder,
                began,
                now,
                due,
                failures,
                what,
                kvm,
                version);
    }

    /** The same with something new to say. */
    public HostRun saying(String what) {
        return to(state, what);
    }

    /** The same, to be looked at then. */
    public HostRun due(Instant when) {
        return new HostRun(
                id,
                uuid,
                campaignId,
                hostId,
                hostUuid,
                hostName,
                canary,
                state,
                round,
                known,
                began,
                heard,
                when,
                failures,
                message,
                kvm,
                version);
    }

    /** The same after an order that did that to its KVM; {@code null} for nothing. */
    public HostRun exchanged(KvmExchange exchange) {
        return new HostRun(
                id,
                uuid,
                campaignId,
                hostId,
                hostUuid,
                hostName,
                canary,
                state,
                round,
                known,
                began,
                heard,
                due,
                failures,
                message,
                exchange == null ? kvm : exchange.after(kvm),
                version);
    }

    HostRun failures(int count) {
        return new HostRun(
                id,
                uuid,
                campaignId,
                hostId,
                hostUuid,
                hostName,
                canary,
                state,
                round,
                known,
                began,
                heard,
                due,
                count,
                message,
                kvm,
                version);
    }
}
