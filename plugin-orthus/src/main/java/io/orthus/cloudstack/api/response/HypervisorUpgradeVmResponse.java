// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.api.response;

import com.cloud.serializer.Param;
import com.google.gson.annotations.SerializedName;
import io.orthus.cloudstack.campaign.VmRun;
import io.orthus.cloudstack.store.HostedVm;
import java.util.Date;
import org.apache.cloudstack.api.BaseResponse;

/** A VM of a campaign. */
@SuppressWarnings("unused") // The fields are read by CloudStack's Gson.
public class HypervisorUpgradeVmResponse extends BaseResponse {
    @SerializedName("virtualmachineid")
    @Param(description = "the ID of the VM")
    private final String vmId;

    @SerializedName("name")
    @Param(description = "the instance name of the VM")
    private final String name;

    @SerializedName("hostid")
    @Param(description = "the ID of the host that it was on")
    private final String hostId;

    @SerializedName("hostname")
    @Param(description = "the name of the host that it was on")
    private final String hostName;

    @SerializedName("state")
    @Param(description = "how it stands, for example upgraded, blocked, failed or lost")
    private final String state;

    @SerializedName("since")
    @Param(description = "since when it has stood so")
    private final Date since;

    @SerializedName("message")
    @Param(description = "why it stands so")
    private final String message;

    @SerializedName("method")
    @Param(description = "how it is moved")
    private final String method;

    @SerializedName("predictedpause")
    @Param(description = "how long its guest was expected to stand still, in milliseconds")
    private final Double predictedPause;

    @SerializedName("pause")
    @Param(description = "how long its guest stood still, in milliseconds")
    private final Double pause;

    @SerializedName("fromqemu")
    @Param(description = "the QEMU it ran on")
    private final String fromQemu;

    @SerializedName("fromkvm")
    @Param(description = "the KVM it ran on")
    private final String fromKvm;

    @SerializedName("toqemu")
    @Param(description = "the QEMU it runs on now")
    private final String toQemu;

    @SerializedName("tokvm")
    @Param(description = "the KVM it runs on now")
    private final String toKvm;

    public HypervisorUpgradeVmResponse(HostedVm hosted) {
        VmRun vm = hosted.vm();
        this.vmId = vm.uuid();
        this.name = vm.name();
        this.hostId = hosted.hostUuid();
        this.hostName = hosted.hostName();
        this.state = Words.of(vm.state());
        this.since = Words.date(vm.since());
        this.message = vm.message();
        this.method = vm.method();
        this.predictedPause = vm.predictedPauseMs();
        this.pause = vm.pauseMs();
        this.fromQemu = vm.from() == null ? null : vm.from().qemu();
        this.fromKvm = vm.from() == null ? null : vm.from().kvm();
        this.toQemu = vm.to() == null ? null : vm.to().qemu();
        this.toKvm = vm.to() == null ? null : vm.to().kvm();
    }
}
