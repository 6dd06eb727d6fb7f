// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.api.command;

import io.orthus.cloudstack.api.response.HypervisorUpgradeResponse;
import org.apache.cloudstack.acl.RoleType;
import org.apache.cloudstack.api.APICommand;

/** Goes on with a paused campaign. */
@APICommand(
        name = "resumeHypervisorUpgrade",
        description = "Resumes a paused live upgrade campaign; failures so far no longer count against its budget",
        responseObject = HypervisorUpgradeResponse.class,
        requestHasSensitiveInfo = false,
        responseHasSensitiveInfo = false,
        authorized = {RoleType.Admin},
        since = "4.22.0")
public class ResumeHypervisorUpgradeCmd extends CampaignActionCmd {
    @Override
    protected HypervisorUpgradeResponse act() {
        return service.resume(getId());
    }

    @Override
    public String getEventDescription() {
        return "resume of live upgrade campaign " + getId();
    }
}
