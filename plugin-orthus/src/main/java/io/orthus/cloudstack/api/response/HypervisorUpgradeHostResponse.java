// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.api.response;

import com.cloud.serializer.Param;
import com.google.gson.annotations.SerializedName;
import io.orthus.cloudstack.campaign.HostRun;
import org.apache.cloudstack.api.BaseResponse;

/** A host of a campaign. */
@SuppressWarnings("unused") // The fields are read by CloudStack's Gson.
public class HypervisorUpgradeHostResponse extends BaseResponse {
    @SerializedName("hostid")
    @Param(description = "the ID of the host")
    private final String hostId;

    @SerializedName("hostname")
    @Param(description = "the name of the host")
    private final String hostName;

    @SerializedName("canary")
    @Param(description = "whether it goes first")
    private final boolean canary;

    @SerializedName("state")
    @Param(description = "waiting, checking, working, done, skipped, failed or cancelled")
    private final String state;

    @SerializedName("message")
    @Param(description = "why it stands so")
    private final String message;

    @SerializedName("failures")
    @Param(description = "how much of it failed: VMs, and the host itself")
    private final int failures;

    @SerializedName("fromkvm")
    @Param(description = "the KVM that was to go; none if KVM was left as it is")
    private final String fromKvm;

    @SerializedName("tokvm")
    @Param(description = "the KVM that was to take its place")
    private final String toKvm;

    @SerializedName("kvmexchanged")
    @Param(description = "whether the old KVM is unloaded, and VMs that are started now run on the new one")
    private final Boolean kvmExchanged;

    @SerializedName("kvmmessage")
    @Param(description = "what became of the old KVM, or what keeps it")
    private final String kvmMessage;

    public HypervisorUpgradeHostResponse(HostRun host) {
        this.hostId = host.hostUuid();
        this.hostName = host.hostName();
        this.canary = host.canary();
        this.state = Words.of(host.state());
        this.message = host.message();
        this.failures = host.failures();
        this.fromKvm = host.kvm() == null ? null : host.kvm().from();
        this.toKvm = host.kvm() == null ? null : host.kvm().to();
        this.kvmExchanged = host.kvm() == null ? null : host.kvm().done();
        this.kvmMessage = host.kvm() == null ? null : host.kvm().message();
    }
}
