// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.protocol;

/** What a preflight says about a VM. */
public enum Verdict {
    /** Can be moved. */
    READY,
    /** Runs on the target already. */
    UP_TO_DATE,
    /** Cannot be moved in place; its obstacles say why. */
    BLOCKED
}
