// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.cloud;

import com.cloud.host.HostVO;
import com.cloud.host.Status;
import com.cloud.hypervisor.Hypervisor.HypervisorType;
import com.cloud.resource.ResourceState;

/** A KVM host that is up. */
public final class HostRow extends HostVO {
    private final long id;
    private final String uuid;
    private final String name;
    private final Place cluster;
    private final HostLink link;

    public HostRow(long id, String uuid, String name, Place cluster, HostLink link) {
        this.id = id;
        this.uuid = uuid;
        this.name = name;
        this.cluster = cluster;
        this.link = link;
    }

    public Place cluster() {
        return cluster;
    }

    public Place pod() {
        return cluster.parent();
    }

    public Place zone() {
        return pod().parent();
    }

    public HostLink link() {
        return link;
    }

    @Override
    public long getId() {
        return id;
    }

    @Override
    public String getUuid() {
        return uuid;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public Type getType() {
        return Type.Routing;
    }

    @Override
    public Status getStatus() {
        return Status.Up;
    }

    @Override
    public ResourceState getResourceState() {
        return ResourceState.Enabled;
    }

    @Override
    public HypervisorType getHypervisorType() {
        return HypervisorType.KVM;
    }

    @Override
    public long getDataCenterId() {
        return zone().id();
    }

    @Override
    public Long getPodId() {
        return pod().id();
    }
}
