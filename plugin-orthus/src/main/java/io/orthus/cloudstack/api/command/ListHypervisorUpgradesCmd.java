// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.api.command;

import io.orthus.cloudstack.api.response.HypervisorUpgradeResponse;
import io.orthus.cloudstack.service.HypervisorUpgradeService;
import javax.inject.Inject;
import org.apache.cloudstack.acl.RoleType;
import org.apache.cloudstack.api.APICommand;
import org.apache.cloudstack.api.ApiArgValidator;
import org.apache.cloudstack.api.ApiConstants;
import org.apache.cloudstack.api.BaseListCmd;
import org.apache.cloudstack.api.Parameter;
import org.apache.cloudstack.api.response.ListResponse;

/** Campaigns, the newest first. */
@APICommand(
        name = "listHypervisorUpgrades",
        description = "Lists live upgrade campaigns",
        responseObject = HypervisorUpgradeResponse.class,
        requestHasSensitiveInfo = false,
        responseHasSensitiveInfo = false,
        authorized = {RoleType.Admin},
        since = "4.22.0")
public class ListHypervisorUpgradesCmd extends BaseListCmd {
    @Inject
    protected HypervisorUpgradeService service;

    @Parameter(
            name = ApiConstants.ID,
            type = CommandType.STRING,
            length = 40,
            validations = {ApiArgValidator.UuidString},
            description = "the ID of the live upgrade campaign")
    private String id;

    @Parameter(
            name = ApiConstants.STATE,
            type = CommandType.STRING,
            description = "list campaigns in this state: running, paused, cancelling, finished or cancelled")
    private String state;

    public String getId() {
        return id;
    }

    public String getState() {
        return state;
    }

    @Override
    public void execute() {
        ListResponse<HypervisorUpgradeResponse> response = service.listUpgrades(this);
        response.setResponseName(getCommandName());
        response.getResponses().forEach(row -> row.setObjectName("hypervisorupgrade"));
        setResponseObject(response);
    }
}
