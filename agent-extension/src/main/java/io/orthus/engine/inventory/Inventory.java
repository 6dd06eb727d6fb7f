// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.inventory;

import io.orthus.engine.model.VmFacts;
import io.orthus.engine.model.VmId;
import java.util.List;

/**
 * The running VMs of a host.
 *
 * @param vms those that could be looked at
 * @param unreadable those that could not, which are never upgraded
 */
public record Inventory(List<VmFacts> vms, List<Unreadable> unreadable) {
    /**
     * A VM that could not be looked at.
     *
     * @param id which VM
     * @param reason why not
     */
    public record Unreadable(VmId id, String reason) {}
}
