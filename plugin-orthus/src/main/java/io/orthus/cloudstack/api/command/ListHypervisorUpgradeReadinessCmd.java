// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.api.command;

import io.orthus.cloudstack.api.response.HypervisorUpgradeReadinessResponse;
import io.orthus.cloudstack.service.HypervisorUpgradeService;
import javax.inject.Inject;
import org.apache.cloudstack.acl.RoleType;
import org.apache.cloudstack.api.APICommand;
import org.apache.cloudstack.api.ApiConstants;
import org.apache.cloudstack.api.BaseListCmd;
import org.apache.cloudstack.api.Parameter;
import org.apache.cloudstack.api.response.HostResponse;
import org.apache.cloudstack.api.response.ListResponse;

/** Who runs on what, and how it could be brought up to date. */
@APICommand(
        name = "listHypervisorUpgradeReadiness",
        description =
                "Lists VMs with what they run on and whether and how they could be upgraded in place, as their hosts last said",
        responseObject = HypervisorUpgradeReadinessResponse.class,
        requestHasSensitiveInfo = false,
        responseHasSensitiveInfo = false,
        authorized = {RoleType.Admin},
        since = "4.22.0")
public class ListHypervisorUpgradeReadinessCmd extends BaseListCmd {
    @Inject
    protected HypervisorUpgradeService service;

    @Parameter(
            name = ApiConstants.HOST_ID,
            type = CommandType.UUID,
            entityType = HostResponse.class,
            description = "list VMs of this host")
    private Long hostId;

    @Parameter(
            name = "verdict",
            type = CommandType.STRING,
            description = "list VMs of which their host said so: ready, up_to_date or blocked")
    private String verdict;

    @Parameter(
            name = "qemuversion",
            type = CommandType.STRING,
            description = "list VMs that run this QEMU, exactly as listHypervisorVersions names it")
    private String qemuVersion;

    @Parameter(
            name = "kvmversion",
            type = CommandType.STRING,
            description = "list VMs that run on this KVM, exactly as listHypervisorVersions names it")
    private String kvmVersion;

    public Long getHostId() {
        return hostId;
    }

    public String getVerdict() {
        return verdict;
    }

    public String getQemuVersion() {
        return qemuVersion;
    }

    public String getKvmVersion() {
        return kvmVersion;
    }

    @Override
    public void execute() {
        ListResponse<HypervisorUpgradeReadinessResponse> response = service.listReadiness(this);
        response.setResponseName(getCommandName());
        response.getResponses().forEach(row -> row.setObjectName("virtualmachine"));
        setResponseObject(response);
    }
}
