// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.api.response;

import com.cloud.serializer.Param;
import com.google.gson.annotations.SerializedName;
import io.orthus.cloudstack.store.VersionCount;
import org.apache.cloudstack.api.BaseResponse;

/** A pair of builds in use. */
@SuppressWarnings("unused") // The fields are read by CloudStack's Gson.
public class HypervisorVersionResponse extends BaseResponse {
    @SerializedName("qemuversion")
    @Param(description = "the QEMU")
    private final String qemuVersion;

    @SerializedName("kvmversion")
    @Param(description = "the KVM")
    private final String kvmVersion;

    @SerializedName("virtualmachines")
    @Param(description = "how many VMs run on them")
    private final int vms;

    @SerializedName("hosts")
    @Param(description = "on how many hosts")
    private final int hosts;

    public HypervisorVersionResponse(VersionCount version) {
        this.qemuVersion = version.qemu();
        this.kvmVersion = version.kvm();
        this.vms = version.vms();
        this.hosts = version.hosts();
    }
}
