// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.protocol;

/** What a host is told to do with its VMs. */
public enum OrderKind {
    /** Look at every running VM and tell whether and how it would be upgraded. Changes nothing. */
    PREFLIGHT,
    /** Move the named VMs to the target. */
    UPGRADE,
    /** Move the named VMs back to what they ran on before. */
    ROLLBACK
}
