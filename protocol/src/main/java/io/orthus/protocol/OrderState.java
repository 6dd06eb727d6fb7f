// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.protocol;

/** How an order stands. */
public enum OrderState {
    /**
     * The host has never heard of it, or it was called off before it had. A host keeps every order that moves VMs, and
     * what became of them, on its disk for at least thirty days: a management server that calls an order off and hears
     * this takes it that no VM was touched. A preflight changes nothing and may be forgotten.
     */
    UNKNOWN,
    /** Under way. */
    RUNNING,
    /** Ended; every VM of the order tells what became of it. */
    DONE,
    /** Could not be carried out as a whole, for example because the target is not installed; no VM was moved. */
    FAILED
}
