// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import java.time.Duration;

/**
 * How an operator wants an upgrade to go.
 *
 * @param canaries how many VMs go first, in a window of their own; 0 for none
 * @param batch how many VMs share one window, at least 1
 * @param parallel how many VMs are prepared at the same time, at least 1
 * @param failureBudget how many VMs may fail before the rest is left alone; 0: the first failure stops
 * @param longestPause how long a guest may stand still in the window before its VM is put back
 * @param copyTimeout how long a transplant may copy
 */
public record Options(
        int canaries, int batch, int parallel, int failureBudget, Duration longestPause, Duration copyTimeout) {
    /** What {@code orthus upgrade} does without options. */
    public static Options defaults() {
        return new Options(
                1,
                8,
                Math.max(1, Runtime.getRuntime().availableProcessors()),
                0,
                Duration.ofMillis(500),
                Duration.ofMinutes(10));
    }
}
