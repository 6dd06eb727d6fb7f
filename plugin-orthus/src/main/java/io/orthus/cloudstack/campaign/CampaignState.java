// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.campaign;

/** How a campaign stands. */
public enum CampaignState {
    /** Hosts are begun as the plan allows. */
    RUNNING,
    /** Nothing is begun; what is under way on hosts is brought to its end. */
    PAUSED,
    /** As paused, and what is under way is called off. */
    CANCELLING,
    /** Every host is through. */
    FINISHED,
    /** Called off by the operator. */
    CANCELLED;

    /** Whether nothing more will happen. */
    public boolean ended() {
        return this == FINISHED || this == CANCELLED;
    }
}
