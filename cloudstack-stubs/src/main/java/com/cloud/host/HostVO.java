// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.host;

import com.cloud.hypervisor.Hypervisor.HypervisorType;
import com.cloud.resource.ResourceState;

public class HostVO implements Host {
    protected HostVO() {}

    public long getId() {
        throw new UnsupportedOperationException("stub");
    }

    public String getUuid() {
        throw new UnsupportedOperationException("stub");
    }

    public String getName() {
        throw new UnsupportedOperationException("stub");
    }

    public Type getType() {
        throw new UnsupportedOperationException("stub");
    }

    public Status getStatus() {
        throw new UnsupportedOperationException("stub");
    }

    public ResourceState getResourceState() {
        throw new UnsupportedOperationException("stub");
    }

    public HypervisorType getHypervisorType() {
        throw new UnsupportedOperationException("stub");
    }

    public long getDataCenterId() {
        throw new UnsupportedOperationException("stub");
    }

    public Long getPodId() {
        throw new UnsupportedOperationException("stub");
    }
}
