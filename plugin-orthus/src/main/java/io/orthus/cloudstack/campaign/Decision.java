// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.campaign;

import java.util.List;

/**
 * What happens next on a host.
 *
 * @param host its row from now on
 * @param vms the rows of VMs that changed or are new
 * @param effects what follows
 */
public record Decision(HostRun host, List<VmRun> vms, List<Effect> effects) {}
