// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.api.command;

import io.orthus.cloudstack.api.response.HypervisorUpgradeResponse;
import org.apache.cloudstack.acl.RoleType;
import org.apache.cloudstack.api.APICommand;

/** Moves back what a campaign has moved. */
@APICommand(
        name = "rollbackHypervisorUpgrade",
        description =
                "Begins a campaign that moves the VMs which a campaign has upgraded back to what they ran on before",
        responseObject = HypervisorUpgradeResponse.class,
        requestHasSensitiveInfo = false,
        responseHasSensitiveInfo = false,
        authorized = {RoleType.Admin},
        since = "4.22.0")
public class RollbackHypervisorUpgradeCmd extends CampaignActionCmd {
    @Override
    protected HypervisorUpgradeResponse act() {
        return service.rollback(getId());
    }

    @Override
    public String getEventDescription() {
        return "rollback of live upgrade campaign " + getId();
    }
}
