// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.api.command;

import io.orthus.cloudstack.api.response.HypervisorUpgradeResponse;
import org.apache.cloudstack.acl.RoleType;
import org.apache.cloudstack.api.APICommand;

/** Calls a campaign off. */
@APICommand(
        name = "cancelHypervisorUpgrade",
        description =
                "Cancels a live upgrade campaign: nothing more is begun, VMs that are being prepared stay as they are",
        responseObject = HypervisorUpgradeResponse.class,
        requestHasSensitiveInfo = false,
        responseHasSensitiveInfo = false,
        authorized = {RoleType.Admin},
        since = "4.22.0")
public class CancelHypervisorUpgradeCmd extends CampaignActionCmd {
    @Override
    protected HypervisorUpgradeResponse act() {
        return service.cancel(getId());
    }

    @Override
    public String getEventDescription() {
        return "cancel of live upgrade campaign " + getId();
    }
}
