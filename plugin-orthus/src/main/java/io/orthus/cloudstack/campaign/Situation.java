// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.campaign;

import java.time.Instant;
import java.util.List;

/**
 * Everything that the next step of a host depends on.
 *
 * @param campaign its campaign
 * @param failures of the whole campaign so far
 * @param host its row
 * @param vms the rows of its VMs
 * @param pace how patient to be
 * @param now the database's time, which all management servers share
 */
public record Situation(Campaign campaign, int failures, HostRun host, List<VmRun> vms, Pace pace, Instant now) {
    List<VmRun> in(VmState state) {
        return vms.stream().filter(vm -> vm.state() == state).toList();
    }

    boolean cancelling() {
        return campaign.state() == CampaignState.CANCELLING;
    }

    /** Whether something new may be begun on the host. */
    boolean mayBegin() {
        return campaign.state() == CampaignState.RUNNING
                && campaign.plan().open(now)
                && campaign.budgetLeft(failures) >= 0;
    }
}
