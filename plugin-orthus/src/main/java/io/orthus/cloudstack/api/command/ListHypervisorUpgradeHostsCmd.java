// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.api.command;

import io.orthus.cloudstack.api.response.HypervisorUpgradeHostResponse;
import io.orthus.cloudstack.service.HypervisorUpgradeService;
import javax.inject.Inject;
import org.apache.cloudstack.acl.RoleType;
import org.apache.cloudstack.api.APICommand;
import org.apache.cloudstack.api.ApiArgValidator;
import org.apache.cloudstack.api.ApiConstants;
import org.apache.cloudstack.api.BaseListCmd;
import org.apache.cloudstack.api.Parameter;
import org.apache.cloudstack.api.response.ListResponse;

/** What became of the hosts of a campaign. */
@APICommand(
        name = "listHypervisorUpgradeHosts",
        description = "Lists the hosts of a live upgrade campaign",
        responseObject = HypervisorUpgradeHostResponse.class,
        requestHasSensitiveInfo = false,
        responseHasSensitiveInfo = false,
        authorized = {RoleType.Admin},
        since = "4.22.0")
public class ListHypervisorUpgradeHostsCmd extends BaseListCmd {
    @Inject
    protected HypervisorUpgradeService service;

    @Parameter(
            name = ApiConstants.ID,
            type = CommandType.STRING,
            required = true,
            length = 40,
            validations = {ApiArgValidator.UuidString},
            description = "the ID of the live upgrade campaign")
    private String id;

    @Parameter(
            name = ApiConstants.STATE,
            type = CommandType.STRING,
            description = "list hosts in this state: waiting, checking, working, done, skipped, failed or cancelled")
    private String state;

    public String getId() {
        return id;
    }

    public String getState() {
        return state;
    }

    @Override
    public void execute() {
        ListResponse<HypervisorUpgradeHostResponse> response = service.listHosts(this);
        response.setResponseName(getCommandName());
        response.getResponses().forEach(row -> row.setObjectName("host"));
        setResponseObject(response);
    }
}
