// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.campaign;

/**
 * A campaign's hosts, counted.
 *
 * @param waiting not begun yet
 * @param waitingCanaries of these, canaries
 * @param active begun and not through
 * @param activeCanaries of these, canaries
 * @param canaries canaries altogether
 * @param begunOthers hosts that are no canaries and have been begun, whether or not they are through
 * @param failures VMs and hosts that failed
 */
public record Tally(
        int waiting, int waitingCanaries, int active, int activeCanaries, int canaries, int begunOthers, int failures) {
    /** Whether only canaries have been begun so far. */
    boolean onlyCanaries() {
        return canaries > 0 && begunOthers == 0;
    }
}
