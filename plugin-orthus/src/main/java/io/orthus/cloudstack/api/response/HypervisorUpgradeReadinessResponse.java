// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.api.response;

import com.cloud.serializer.Param;
import com.google.gson.annotations.SerializedName;
import io.orthus.cloudstack.store.VmReadiness;
import java.util.Date;
import org.apache.cloudstack.api.BaseResponse;

/** What is known of a VM since its host last looked. */
@SuppressWarnings("unused") // The fields are read by CloudStack's Gson.
public class HypervisorUpgradeReadinessResponse extends BaseResponse {
    @SerializedName("virtualmachineid")
    @Param(description = "the ID of the VM")
    private final String vmId;

    @SerializedName("name")
    @Param(description = "the instance name of the VM")
    private final String name;

    @SerializedName("hostid")
    @Param(description = "the ID of its host")
    private final String hostId;

    @SerializedName("hostname")
    @Param(description = "the name of its host")
    private final String hostName;

    @SerializedName("qemuversion")
    @Param(description = "the QEMU it runs")
    private final String qemuVersion;

    @SerializedName("kvmversion")
    @Param(description = "the KVM it runs on")
    private final String kvmVersion;

    @SerializedName("verdict")
    @Param(description = "ready, up_to_date or blocked")
    private final String verdict;

    @SerializedName("method")
    @Param(description = "how it would be moved")
    private final String method;

    @SerializedName("predictedpause")
    @Param(description = "how long its guest would stand still, in milliseconds")
    private final Double predictedPause;

    @SerializedName("message")
    @Param(description = "why, or what stands in the way")
    private final String message;

    @SerializedName("seen")
    @Param(description = "when its host looked")
    private final Date seen;

    public HypervisorUpgradeReadinessResponse(VmReadiness vm) {
        this.vmId = vm.uuid();
        this.name = vm.name();
        this.hostId = vm.hostUuid();
        this.hostName = vm.hostName();
        this.qemuVersion = vm.qemu();
        this.kvmVersion = vm.kvm();
        this.verdict = vm.verdict() == null ? null : Words.of(vm.verdict());
        this.method = vm.method();
        this.predictedPause = vm.predictedPauseMs();
        this.message = vm.message();
        this.seen = Words.date(vm.seen());
    }
}
