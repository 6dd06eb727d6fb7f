// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.api.command;

import io.orthus.cloudstack.api.response.HypervisorHostResponse;
import io.orthus.cloudstack.service.HypervisorUpgradeService;
import javax.inject.Inject;
import org.apache.cloudstack.acl.RoleType;
import org.apache.cloudstack.api.APICommand;
import org.apache.cloudstack.api.ApiConstants;
import org.apache.cloudstack.api.BaseListCmd;
import org.apache.cloudstack.api.Parameter;
import org.apache.cloudstack.api.response.HostResponse;
import org.apache.cloudstack.api.response.ListResponse;

/** Which hosts are behind. */
@APICommand(
        name = "listHypervisorHosts",
        description = "Lists hosts with the builds of QEMU and KVM that their VMs run on, and how many VMs are behind,"
                + " as the hosts last said; hosts that have not looked yet are not listed",
        responseObject = HypervisorHostResponse.class,
        requestHasSensitiveInfo = false,
        responseHasSensitiveInfo = false,
        authorized = {RoleType.Admin},
        since = "4.22.0")
public class ListHypervisorHostsCmd extends BaseListCmd {
    @Inject
    protected HypervisorUpgradeService service;

    @Parameter(
            name = ApiConstants.HOST_ID,
            type = CommandType.UUID,
            entityType = HostResponse.class,
            description = "list this host")
    private Long hostId;

    @Parameter(
            name = "kvmversion",
            type = CommandType.STRING,
            description = "list hosts whose VMs run on this KVM, or would if they were started now; exactly as"
                    + " listHypervisorVersions names it")
    private String kvmVersion;

    public Long getHostId() {
        return hostId;
    }

    public String getKvmVersion() {
        return kvmVersion;
    }

    @Override
    public void execute() {
        ListResponse<HypervisorHostResponse> response = service.listHypervisorHosts(this);
        response.setResponseName(getCommandName());
        response.getResponses().forEach(row -> row.setObjectName("host"));
        setResponseObject(response);
    }
}
