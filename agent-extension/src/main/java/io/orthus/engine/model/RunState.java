// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.model;

/** What the guest was doing when it was looked at; a graft ends in the same state. */
public enum RunState {
    /** vCPUs run; they must run again on the new QEMU. */
    RUNNING,
    /** Suspended by an operator; it stays suspended. */
    PAUSED,
    /** Anything else (crashed, shutting down, suspended to RAM): not a state to move a VM in. */
    OTHER
}
