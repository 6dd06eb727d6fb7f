// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.protocol;

/** How a VM's part in an order ended. */
public enum VmResult {
    /** Runs on the target. */
    UPGRADED,
    /** Ran on the target already. */
    UP_TO_DATE,
    /** Not touched, because the preflight found a reason. */
    REFUSED,
    /** Something failed; it runs as before. */
    ROLLED_BACK,
    /** It was shut down or ended otherwise before it could be moved. */
    ENDED,
    /** Not begun, because the order's failure budget was used up or the order was called off. */
    NOT_BEGUN,
    /** No process runs it any more. */
    LOST
}
