// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.campaign;

/** How a host stands in a campaign. */
public enum HostState {
    /** Its turn has not come. */
    WAITING(false),
    /** It is looking at its VMs. */
    CHECKING(false),
    /** Its VMs are being moved, a few at a time. */
    WORKING(false),
    /** Through; its VMs tell what became of them. */
    DONE(true),
    /** Left alone, because it was not fit when its turn came. */
    SKIPPED(true),
    /** Could not be upgraded as a whole, or was lost sight of while it worked. */
    FAILED(true),
    /** The campaign was called off before it was through. */
    CANCELLED(true);

    private final boolean ended;

    HostState(boolean ended) {
        this.ended = ended;
    }

    /** Whether nothing more will happen. */
    public boolean ended() {
        return ended;
    }
}
