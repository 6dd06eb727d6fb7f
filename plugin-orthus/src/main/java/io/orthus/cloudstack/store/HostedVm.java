// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.store;

import io.orthus.cloudstack.campaign.VmRun;

/**
 * A VM of a campaign, and the host that it is on there.
 *
 * @param vm the VM
 * @param hostUuid CloudStack's UUID of the host
 * @param hostName CloudStack's name of the host
 */
public record HostedVm(VmRun vm, String hostUuid, String hostName) {}
