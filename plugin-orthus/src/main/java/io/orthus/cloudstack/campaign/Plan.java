// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.campaign;

import io.orthus.protocol.OrderKind;
import io.orthus.protocol.Target;
import java.time.Instant;

/**
 * What the operator wants of a campaign.
 *
 * @param kind upgrade, rollback, or for a dry run the preflight alone
 * @param target what the VMs shall run on
 * @param hostsAtOnce how many hosts are worked on at the same time, at least 1
 * @param vmsAtOnce how many VMs of a host are moved at the same time, at least 1
 * @param canaryHosts how many hosts go first, alone; 0 for none
 * @param failureBudget how many failures there may be before the campaign pauses by itself
 * @param longestPauseMs a VM that would stand still for longer is not touched, and one that did counts as a failure, in
 *     milliseconds; 0 for no limit but the host's own
 * @param onBlocked what to do with VMs that cannot be moved in place
 * @param passthrough whether VMs with PCI devices of the host are moved, too, which is experimental
 * @param notBefore when to begin; {@code null} for at once
 * @param notAfter when to begin nothing more; {@code null} for never
 */
public record Plan(
        OrderKind kind,
        Target target,
        int hostsAtOnce,
        int vmsAtOnce,
        int canaryHosts,
        int failureBudget,
        int longestPauseMs,
        BlockedPolicy onBlocked,
        boolean passthrough,
        Instant notBefore,
        Instant notAfter) {

    /** Whether nothing shall be changed. */
    public boolean dryRun() {
        return kind == OrderKind.PREFLIGHT;
    }

    /** Whether something may be begun at that time. */
    public boolean open(Instant now) {
        return (notBefore == null || !now.isBefore(notBefore)) && !over(now);
    }

    /** Whether the time for it has passed. */
    public boolean over(Instant now) {
        return notAfter != null && now.isAfter(notAfter);
    }
}
