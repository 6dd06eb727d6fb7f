// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.api.command;

import io.orthus.cloudstack.api.response.HypervisorVersionResponse;
import io.orthus.cloudstack.service.HypervisorUpgradeService;
import javax.inject.Inject;
import org.apache.cloudstack.acl.RoleType;
import org.apache.cloudstack.api.APICommand;
import org.apache.cloudstack.api.BaseListCmd;
import org.apache.cloudstack.api.response.ListResponse;

/** Which builds are in use. */
@APICommand(
        name = "listHypervisorVersions",
        description =
                "Lists the builds of QEMU and KVM that VMs run on, and how many VMs and hosts each has, as hosts last said",
        responseObject = HypervisorVersionResponse.class,
        requestHasSensitiveInfo = false,
        responseHasSensitiveInfo = false,
        authorized = {RoleType.Admin},
        since = "4.22.0")
public class ListHypervisorVersionsCmd extends BaseListCmd {
    @Inject
    protected HypervisorUpgradeService service;

    @Override
    public void execute() {
        ListResponse<HypervisorVersionResponse> response = service.listVersions(this);
        response.setResponseName(getCommandName());
        response.getResponses().forEach(row -> row.setObjectName("hypervisorversion"));
        setResponseObject(response);
    }
}
