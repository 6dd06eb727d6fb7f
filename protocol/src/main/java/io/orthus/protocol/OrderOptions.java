// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.protocol;

/**
 * How a host goes about an order.
 *
 * @param canaries how many VMs go first, alone; 0 for none
 * @param parallel how many VMs are prepared at the same time; 0 leaves it to the host
 * @param failureBudget how many VMs may fail before the rest of the order is left alone
 * @param longestPauseMs how long a guest may stand still before its VM is put back, in milliseconds; 0 leaves it to the
 *     host
 * @param passthrough whether VMs with PCI devices of the host may be moved, too, which is experimental; a host that does
 *     not know this refuses them
 */
public record OrderOptions(int canaries, int parallel, int failureBudget, int longestPauseMs, boolean passthrough) {
    /** Everything is left to the host; the first failure ends the order. */
    public static final OrderOptions DEFAULTS = new OrderOptions(0, 0, 0, 0, false);
}
