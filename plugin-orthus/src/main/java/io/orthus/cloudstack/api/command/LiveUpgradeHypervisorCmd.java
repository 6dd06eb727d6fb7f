// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.api.command;

import com.cloud.user.Account;
import io.orthus.cloudstack.adapter.EventTypes;
import io.orthus.cloudstack.api.response.HypervisorUpgradeResponse;
import io.orthus.cloudstack.service.HypervisorUpgradeService;
import java.util.Date;
import java.util.List;
import javax.inject.Inject;
import org.apache.cloudstack.acl.RoleType;
import org.apache.cloudstack.api.APICommand;
import org.apache.cloudstack.api.ApiConstants;
import org.apache.cloudstack.api.BaseAsyncCmd;
import org.apache.cloudstack.api.Parameter;
import org.apache.cloudstack.api.response.ClusterResponse;
import org.apache.cloudstack.api.response.HostResponse;
import org.apache.cloudstack.api.response.PodResponse;
import org.apache.cloudstack.api.response.ZoneResponse;

/** Begins a campaign. The job ends when the campaign is entered; listHypervisorUpgrades tells how it goes on. */
@APICommand(
        name = "liveUpgradeHypervisor",
        description = "Begins to move the running VMs of KVM hosts, in place, to newer builds of QEMU and KVM",
        responseObject = HypervisorUpgradeResponse.class,
        requestHasSensitiveInfo = false,
        responseHasSensitiveInfo = false,
        authorized = {RoleType.Admin},
        since = "4.22.0")
public class LiveUpgradeHypervisorCmd extends BaseAsyncCmd {
    @Inject
    protected HypervisorUpgradeService service;

    /////////////////////////////////////////////////////
    //////////////// API parameters /////////////////////
    /////////////////////////////////////////////////////
    @Parameter(
            name = ApiConstants.HOST_IDS,
            type = CommandType.LIST,
            collectionType = CommandType.UUID,
            entityType = HostResponse.class,
            description = "the IDs of the hosts to upgrade; exclusive with the other scopes")
    private List<Long> hostIds;

    @Parameter(
            name = ApiConstants.CLUSTER_IDS,
            type = CommandType.LIST,
            collectionType = CommandType.UUID,
            entityType = ClusterResponse.class,
            description = "the IDs of the clusters whose KVM hosts to upgrade; exclusive with the other scopes")
    private List<Long> clusterIds;

    @Parameter(
            name = ApiConstants.POD_IDS,
            type = CommandType.LIST,
            collectionType = CommandType.UUID,
            entityType = PodResponse.class,
            description = "the IDs of the pods whose KVM hosts to upgrade; exclusive with the other scopes")
    private List<Long> podIds;

    @Parameter(
            name = ApiConstants.ZONE_ID_LIST,
            type = CommandType.LIST,
            collectionType = CommandType.UUID,
            entityType = ZoneResponse.class,
            description = "the IDs of the zones whose KVM hosts to upgrade; exclusive with the other scopes")
    private List<Long> zoneIds;

    @Parameter(
            name = "qemuversion",
            type = CommandType.STRING,
            description = "the QEMU to move to, as its packager or its release names it;"
                    + " by default the one that is installed on the host")
    private String qemuVersion;

    @Parameter(
            name = "kvmversion",
            type = CommandType.STRING,
            description =
                    "the kernel version whose KVM to move to, as its packager or its release names it, or newest for the"
                            + " newest that each host has; by default KVM is left as it is")
    private String kvmVersion;

    @Parameter(
            name = "dryrun",
            type = CommandType.BOOLEAN,
            description = "true to only find out whether and how each VM would be moved; by default false")
    private Boolean dryRun;

    @Parameter(
            name = "hostsatonce",
            type = CommandType.INTEGER,
            description = "how many hosts are upgraded at the same time, 1 to 1000; by default 1")
    private Integer hostsAtOnce;

    @Parameter(
            name = "vmsatonce",
            type = CommandType.INTEGER,
            description = "how many VMs of a host are moved at the same time, 1 to 64; by default 4")
    private Integer vmsAtOnce;

    @Parameter(
            name = "canaryhosts",
            type = CommandType.INTEGER,
            description = "how many hosts go first; a failure there pauses the campaign, 0 to 1000; by default 0")
    private Integer canaryHosts;

    @Parameter(
            name = "failurebudget",
            type = CommandType.INTEGER,
            description = "how many VMs and hosts may fail before the campaign pauses, 0 to 100000; by default 0")
    private Integer failureBudget;

    @Parameter(
            name = "longestpause",
            type = CommandType.INTEGER,
            description = "how long a guest may stand still, in milliseconds, 10 to 60000; a VM that would take longer"
                    + " is not touched, one that did counts as a failure; by default no limit but the host's own")
    private Integer longestPause;

    @Parameter(
            name = "blockedpolicy",
            type = CommandType.STRING,
            description = "what to do with VMs that cannot be moved in place: skip, migrate (to another host)"
                    + " or fail (count as a failure); by default skip")
    private String blockedPolicy;

    @Parameter(
            name = "passthrough",
            type = CommandType.BOOLEAN,
            description = "true to move VMs with PCI devices of the host, too, which is experimental;"
                    + " by default false, and such VMs cannot be moved in place")
    private Boolean passthrough;

    @Parameter(
            name = ApiConstants.START_DATE,
            type = CommandType.DATE,
            description = "nothing is begun before, format yyyy-MM-dd'T'HH:mm:ssZ;"
                    + " by default the campaign begins at once")
    private Date startDate;

    @Parameter(
            name = ApiConstants.END_DATE,
            type = CommandType.DATE,
            description = "nothing is begun after, the campaign pauses then, format yyyy-MM-dd'T'HH:mm:ssZ;"
                    + " by default there is no end")
    private Date endDate;

    /////////////////////////////////////////////////////
    /////////////////// Accessors ///////////////////////
    /////////////////////////////////////////////////////
    public List<Long> getHostIds() {
        return hostIds;
    }

    public List<Long> getClusterIds() {
        return clusterIds;
    }

    public List<Long> getPodIds() {
        return podIds;
    }

    public List<Long> getZoneIds() {
        return zoneIds;
    }

    public String getQemuVersion() {
        return qemuVersion;
    }

    public String getKvmVersion() {
        return kvmVersion;
    }

    public boolean isDryRun() {
        return Boolean.TRUE.equals(dryRun);
    }

    public Integer getHostsAtOnce() {
        return hostsAtOnce;
    }

    public Integer getVmsAtOnce() {
        return vmsAtOnce;
    }

    public Integer getCanaryHosts() {
        return canaryHosts;
    }

    public Integer getFailureBudget() {
        return failureBudget;
    }

    public Integer getLongestPause() {
        return longestPause;
    }

    public String getBlockedPolicy() {
        return blockedPolicy;
    }

    public boolean isPassthrough() {
        return Boolean.TRUE.equals(passthrough);
    }

    public Date getStartDate() {
        return startDate;
    }

    public Date getEndDate() {
        return endDate;
    }

    @Override
    public String getEventType() {
        return EventTypes.CAMPAIGN;
    }

    @Override
    public String getEventDescription() {
        return isDryRun() ? "dry run of a live upgrade" : "beginning a live upgrade";
    }

    @Override
    public long getEntityOwnerId() {
        return Account.ACCOUNT_ID_SYSTEM;
    }

    /////////////////////////////////////////////////////
    /////////////// API Implementation///////////////////
    /////////////////////////////////////////////////////
    @Override
    public void execute() {
        HypervisorUpgradeResponse response = service.begin(this);
        response.setResponseName(getCommandName());
        response.setObjectName("hypervisorupgrade");
        setResponseObject(response);
    }
}
