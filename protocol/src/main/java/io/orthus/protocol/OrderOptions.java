// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.protocol;

import java.util.Optional;

/**
 * How a host goes about an order.
 *
 * @param canaries how many VMs go first, alone, up to 1000; 0 for none
 * @param parallel how many VMs are prepared at the same time, up to 256; 0 leaves it to the host
 * @param failureBudget how many VMs may fail before the rest of the order is left alone, up to {@link #MOST_FAILURES}
 * @param longestPauseMs how long a guest may stand still before its VM is put back, 10 to 60000 milliseconds; 0 leaves
 *     it to the host
 * @param passthrough whether VMs with PCI devices of the host may be moved, too, which is experimental; a host that does
 *     not know this refuses them
 */
public record OrderOptions(int canaries, int parallel, int failureBudget, int longestPauseMs, boolean passthrough) {
    /** Everything is left to the host; the first failure ends the order. */
    public static final OrderOptions DEFAULTS = new OrderOptions(0, 0, 0, 0, false);

    /** A budget that no order uses up. */
    public static final int MOST_FAILURES = 100_000;

    /** What a host refuses of it, in words; empty if it takes all of it. */
    public Optional<String> outOfRange() {
        return outOfRange("canaries", canaries, 0, 1000)
                .or(() -> outOfRange("parallel", parallel, 0, 256))
                .or(() -> outOfRange("failureBudget", failureBudget, 0, MOST_FAILURES))
                .or(() -> longestPauseMs == 0
                        ? Optional.empty()
                        : outOfRange("longestPauseMs", longestPauseMs, 10, 60_000));
    }

    private static Optional<String> outOfRange(String name, int value, int least, int most) {
        return value >= least && value <= most
                ? Optional.empty()
                : Optional.of("%s: %d is not between %d and %d".formatted(name, value, least, most));
    }
}
