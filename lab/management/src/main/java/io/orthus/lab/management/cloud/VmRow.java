// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.cloud;

import com.cloud.vm.VMInstanceVO;

/** A VM that runs. */
public final class VmRow extends VMInstanceVO {
    private final long id;
    private final String uuid;
    private final String name;
    private volatile HostRow host;

    public VmRow(long id, String uuid, String name, HostRow host) {
        this.id = id;
        this.uuid = uuid;
        this.name = name;
        this.host = host;
    }

    public String uuid() {
        return uuid;
    }

    public String name() {
        return name;
    }

    public HostRow host() {
        return host;
    }

    void moveTo(HostRow other) {
        host = other;
    }

    @Override
    public long getId() {
        return id;
    }

    @Override
    public Long getHostId() {
        return host.getId();
    }

    @Override
    public State getState() {
        return State.Running;
    }
}
