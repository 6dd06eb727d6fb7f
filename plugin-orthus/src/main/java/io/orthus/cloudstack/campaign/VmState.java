// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.campaign;

/** How a VM stands in a campaign. */
public enum VmState {
    /** Can be moved; its turn has not come. In a dry run that is its result. */
    READY(false),
    /** Waits until CloudStack's other operations on it are through, and keeps new ones off. */
    HOLDING(false),
    /** In the order that the host works on. */
    MOVING(false),
    /** CloudStack live-migrates it to another host. */
    LEAVING(false),
    /** Runs on the target. */
    UPGRADED(true),
    /** Ran on the target already. */
    UP_TO_DATE(true),
    /** Cannot be moved in place. */
    BLOCKED(true),
    /** CloudStack has live-migrated it to another host. */
    LEFT(true),
    /** Something failed; it runs as before. */
    FAILED(true),
    /** It was stopped before it could be moved. */
    ENDED(true),
    /** Its turn did not come. */
    NOT_BEGUN(true),
    /** No process runs it any more. */
    LOST(true),
    /** The host was lost sight of while it was being moved, or did not say what became of it. */
    UNKNOWN(true);

    private final boolean ended;

    VmState(boolean ended) {
        this.ended = ended;
    }

    /** Whether nothing more will happen. */
    public boolean ended() {
        return ended;
    }

    /** Whether CloudStack must keep its hands off the VM. */
    public boolean held() {
        return this == HOLDING || this == MOVING;
    }
}
