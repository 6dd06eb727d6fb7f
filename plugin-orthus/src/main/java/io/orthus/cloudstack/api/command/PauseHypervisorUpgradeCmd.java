// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.api.command;

import io.orthus.cloudstack.api.response.HypervisorUpgradeResponse;
import org.apache.cloudstack.acl.RoleType;
import org.apache.cloudstack.api.APICommand;

/** Begins nothing more until the campaign is resumed. */
@APICommand(
        name = "pauseHypervisorUpgrade",
        description = "Pauses a live upgrade campaign: nothing more is begun, what is under way is brought to its end",
        responseObject = HypervisorUpgradeResponse.class,
        requestHasSensitiveInfo = false,
        responseHasSensitiveInfo = false,
        authorized = {RoleType.Admin},
        since = "4.22.0")
public class PauseHypervisorUpgradeCmd extends CampaignActionCmd {
    @Override
    protected HypervisorUpgradeResponse act() {
        return service.pause(getId());
    }

    @Override
    public String getEventDescription() {
        return "pause of live upgrade campaign " + getId();
    }
}
