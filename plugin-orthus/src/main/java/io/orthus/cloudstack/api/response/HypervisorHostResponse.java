// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.api.response;

import com.cloud.serializer.Param;
import com.google.gson.annotations.SerializedName;
import io.orthus.cloudstack.store.HostReadiness;
import io.orthus.cloudstack.store.VersionCount;
import io.orthus.protocol.Builds;
import io.orthus.protocol.Verdict;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.cloudstack.api.BaseResponse;

/** A host, and what its VMs run on. */
@SuppressWarnings("unused") // The fields are read by CloudStack's Gson.
public class HypervisorHostResponse extends BaseResponse {
    @SerializedName("hostid")
    @Param(description = "the ID of the host")
    private final String hostId;

    @SerializedName("hostname")
    @Param(description = "the name of the host")
    private final String hostName;

    @SerializedName("engineversion")
    @Param(description = "the version of the Orthus agent extension")
    private final String engineVersion;

    @SerializedName("kernelversion")
    @Param(description = "the release of the running kernel")
    private final String kernelVersion;

    @SerializedName("kvmversion")
    @Param(description = "the KVM that VMs which are started now run on")
    private final String kvmVersion;

    @SerializedName("seen")
    @Param(description = "when it looked at its VMs")
    private final Date seen;

    @SerializedName("virtualmachines")
    @Param(description = "how many VMs it runs")
    private final int vms;

    @SerializedName("uptodate")
    @Param(description = "of these, how many run on what they would be moved to")
    private final int upToDate;

    @SerializedName("ready")
    @Param(description = "of these, how many are behind and could be moved in place")
    private final int ready;

    @SerializedName("blocked")
    @Param(description = "of these, how many are behind and cannot be moved in place")
    private final int blocked;

    @SerializedName("versions")
    @Param(description = "the builds that its VMs run on", responseObject = HypervisorVersionResponse.class)
    private final List<HypervisorVersionResponse> versions;

    public HypervisorHostResponse(HostReadiness host) {
        this.hostId = host.uuid();
        this.hostName = host.name();
        this.engineVersion = host.engine();
        this.kernelVersion = host.kernel();
        this.kvmVersion = host.kvm();
        this.seen = Words.date(host.seen());
        this.vms = host.groups().stream().mapToInt(HostReadiness.Group::vms).sum();
        this.upToDate = count(host, Verdict.UP_TO_DATE);
        this.ready = count(host, Verdict.READY);
        this.blocked = count(host, Verdict.BLOCKED);
        this.versions = versions(host);
    }

    private static int count(HostReadiness host, Verdict verdict) {
        return host.groups().stream()
                .filter(group -> group.verdict() == verdict)
                .mapToInt(HostReadiness.Group::vms)
                .sum();
    }

    private static List<HypervisorVersionResponse> versions(HostReadiness host) {
        Map<Builds, Integer> vms = new LinkedHashMap<>();
        host.groups().forEach(group -> vms.merge(new Builds(group.qemu(), group.kvm()), group.vms(), Integer::sum));
        return vms.entrySet().stream()
                .map(e -> new VersionCount(e.getKey().qemu(), e.getKey().kvm(), e.getValue(), 1))
                .map(HypervisorVersionResponse::new)
                .toList();
    }
}
