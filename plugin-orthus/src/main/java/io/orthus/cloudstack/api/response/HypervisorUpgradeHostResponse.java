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

    public HypervisorUpgradeHostResponse(HostRun host) {
        this.hostId = host.hostUuid();
        this.hostName = host.hostName();
        this.canary = host.canary();
        this.state = Words.of(host.state());
        this.message = host.message();
        this.failures = host.failures();
    }
}
