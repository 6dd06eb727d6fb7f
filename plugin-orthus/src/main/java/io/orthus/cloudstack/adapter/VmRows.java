// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.adapter;

import java.util.Set;

/** What VM work jobs need of the rows of VMs, on whichever management server and whenever they are run. Thread-safe. */
public interface VmRows {
    /** Notes that the VMs of those rows are held, and gives those that still are to be. */
    Set<Long> held(Set<Long> vmRunIds);

    /** Whether the VM of that row still is to leave. */
    boolean leaving(long vmRunId);
}
