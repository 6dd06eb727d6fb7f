// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.campaign;

import io.orthus.protocol.Builds;
import java.time.Duration;
import java.time.Instant;

/**
 * One VM's part in a campaign.
 *
 * @param id key of the row; 0 until it is stored
 * @param hostRunId its host's part
 * @param uuid CloudStack's and libvirt's UUID of the VM
 * @param name CloudStack's instance name
 * @param state how it stands
 * @param since when it came into that state
 * @param method how it is moved; {@code null} if not known
 * @param predictedPauseMs how long its guest will stand still, in milliseconds; {@code null} if not known
 * @param pauseMs how long its guest stood still, in milliseconds; {@code null} if not known
 * @param from what it ran on; {@code null} if not known
 * @param to what it runs on now, if it was moved; {@code null} otherwise
 * @param message one sentence for the operator; empty if there is nothing to say
 * @param holdAsked when CloudStack was last asked to keep its hands off, or to migrate it away; {@code null} if not in
 *     this state
 * @param holdSeen when CloudStack last said that it does; {@code null} if it has not. Written by the hold itself, never
 *     with the row.
 */
public record VmRun(
        long id,
        long hostRunId,
        String uuid,
        String name,
        VmState state,
        Instant since,
        String method,
        Double predictedPauseMs,
        Double pauseMs,
        Builds from,
        Builds to,
        String message,
        Instant holdAsked,
        Instant holdSeen) {

    /** The same in another state, and why. */
    public VmRun to(VmState next, String why, Instant now) {
        return new VmRun(
                id,
                hostRunId,
                uuid,
                name,
                next,
                now,
                method,
                predictedPauseMs,
                pauseMs,
                from,
                to,
                why,
                next.held() ? holdAsked : null,
                next.held() ? holdSeen : null);
    }

    /** The same with something new to say. */
    VmRun saying(String what) {
        return new VmRun(
                id,
                hostRunId,
                uuid,
                name,
                state,
                since,
                method,
                predictedPauseMs,
                pauseMs,
                from,
                to,
                what,
                holdAsked,
                holdSeen);
    }

    /** The same, for which CloudStack is asked now to keep its hands off or to migrate it away. */
    VmRun asked(Instant now) {
        return new VmRun(
                id,
                hostRunId,
                uuid,
                name,
                state,
                since,
                method,
                predictedPauseMs,
                pauseMs,
                from,
                to,
                message,
                now,
                holdSeen);
    }

    /** The same with what the host said of its move. */
    VmRun moved(String how, Double pause, Builds before, Builds after) {
        return new VmRun(
                id,
                hostRunId,
                uuid,
                name,
                state,
                since,
                how == null ? method : how,
                predictedPauseMs,
                pause,
                before == null ? from : before,
                after,
                message,
                holdAsked,
                holdSeen);
    }

    /** Whether CloudStack has said of late that it keeps its hands off. */
    boolean held(Instant now, Duration fresh) {
        return holdSeen != null && !holdSeen.plus(fresh).isBefore(now);
    }

    /** Whether it counts against the campaign's budget. */
    public boolean failure(Plan plan) {
        return switch (state) {
            case FAILED, LOST, UNKNOWN -> true;
            case BLOCKED -> plan.onBlocked() == BlockedPolicy.FAIL && !plan.dryRun();
            case UPGRADED -> plan.longestPauseMs() > 0 && pauseMs != null && pauseMs > plan.longestPauseMs();
            default -> false;
        };
    }
}
