// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.api.response;

import com.cloud.serializer.Param;
import com.google.gson.annotations.SerializedName;
import io.orthus.cloudstack.campaign.Campaign;
import io.orthus.cloudstack.campaign.Plan;
import io.orthus.cloudstack.campaign.Tally;
import java.util.Date;
import java.util.Map;
import org.apache.cloudstack.api.BaseResponse;

/** A campaign. */
@SuppressWarnings("unused") // The fields are read by CloudStack's Gson.
public class HypervisorUpgradeResponse extends BaseResponse {
    @SerializedName("id")
    @Param(description = "the ID of the campaign")
    private final String id;

    @SerializedName("kind")
    @Param(description = "upgrade, rollback, or preflight for a dry run")
    private final String kind;

    @SerializedName("state")
    @Param(description = "running, paused, cancelling, finished or cancelled")
    private final String state;

    @SerializedName("message")
    @Param(description = "why it stands so")
    private final String message;

    @SerializedName("rollbackof")
    @Param(description = "the ID of the campaign that it undoes")
    private final String rollbackOf;

    @SerializedName("qemuversion")
    @Param(description = "the QEMU to move to; none means the installed one")
    private final String qemuVersion;

    @SerializedName("kvmversion")
    @Param(description = "the kernel version whose KVM to move to, or newest; none means that KVM is left as it is")
    private final String kvmVersion;

    @SerializedName("created")
    @Param(description = "when it was entered")
    private final Date created;

    @SerializedName("finished")
    @Param(description = "when it ended")
    private final Date finished;

    @SerializedName("hosts")
    @Param(description = "how many hosts are not through")
    private final int hosts;

    @SerializedName("hostsactive")
    @Param(description = "of these, how many are being worked on")
    private final int hostsActive;

    @SerializedName("failures")
    @Param(description = "how many VMs and hosts failed")
    private final int failures;

    @SerializedName("failurebudget")
    @Param(description = "how many may fail before it pauses")
    private final int failureBudget;

    @SerializedName("hostsatonce")
    @Param(description = "how many hosts are upgraded at the same time")
    private final int hostsAtOnce;

    @SerializedName("vmsatonce")
    @Param(description = "how many VMs of a host are moved at the same time")
    private final int vmsAtOnce;

    @SerializedName("canaryhosts")
    @Param(description = "how many hosts go first")
    private final int canaryHosts;

    @SerializedName("longestpause")
    @Param(description = "how long a guest may stand still, in milliseconds; none means no limit but the host's own")
    private final Integer longestPause;

    @SerializedName("blockedpolicy")
    @Param(description = "what is done with VMs that cannot be moved in place: skip, migrate or fail")
    private final String blockedPolicy;

    @SerializedName("passthrough")
    @Param(description = "whether VMs with PCI devices of the host are moved, too")
    private final boolean passthrough;

    @SerializedName("startdate")
    @Param(description = "nothing is begun before")
    private final Date startDate;

    @SerializedName("enddate")
    @Param(description = "nothing is begun after")
    private final Date endDate;

    @SerializedName("virtualmachines")
    @Param(description = "how many VMs are in which state")
    private final Map<String, Integer> vms;

    public HypervisorUpgradeResponse(Campaign campaign, Tally tally, Map<String, Integer> vms) {
        Plan plan = campaign.plan();
        this.id = campaign.uuid();
        this.kind = Words.of(plan.kind());
        this.state = Words.of(campaign.state());
        this.message = campaign.message();
        this.rollbackOf = campaign.rollbackOf();
        this.qemuVersion = plan.target().qemu();
        this.kvmVersion = plan.target().kvm();
        this.created = Words.date(campaign.created());
        this.finished = Words.date(campaign.finished());
        this.hosts = tally.waiting() + tally.active();
        this.hostsActive = tally.active();
        this.failures = tally.failures();
        this.failureBudget = plan.failureBudget();
        this.hostsAtOnce = plan.hostsAtOnce();
        this.vmsAtOnce = plan.vmsAtOnce();
        this.canaryHosts = plan.canaryHosts();
        this.longestPause = plan.longestPauseMs() == 0 ? null : plan.longestPauseMs();
        this.blockedPolicy = Words.of(plan.onBlocked());
        this.passthrough = plan.passthrough();
        this.startDate = Words.date(plan.notBefore());
        this.endDate = Words.date(plan.notAfter());
        this.vms = vms;
    }
}
