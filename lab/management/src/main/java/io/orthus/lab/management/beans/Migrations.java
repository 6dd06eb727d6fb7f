// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.beans;

import com.cloud.host.Host;
import com.cloud.utils.exception.CloudRuntimeException;
import com.cloud.vm.UserVmService;
import com.cloud.vm.VirtualMachine;
import io.orthus.lab.management.cloud.Cloud;
import io.orthus.lab.management.cloud.HostRow;
import io.orthus.lab.management.cloud.VmRow;

/** Live migrations, which here take no time. Thread-safe. */
public final class Migrations implements UserVmService {
    private final Cloud cloud;

    public Migrations(Cloud cloud) {
        this.cloud = cloud;
    }

    /** Moves the VM to another host of its cluster, whichever is named. */
    @Override
    public VirtualMachine migrateVirtualMachine(Long vmId, Host destination) {
        VmRow vm = cloud.vm(vmId).orElseThrow(() -> new CloudRuntimeException("Unable to find the VM by id=" + vmId));
        HostRow from = vm.host();
        HostRow to = cloud.hosts().stream()
                .filter(host -> host != from && host.cluster().equals(from.cluster()))
                .findFirst()
                .orElseThrow(() ->
                        new CloudRuntimeException("Unable to find suitable destination to migrate VM " + vm.name()));
        cloud.move(vm, to);
        return vm;
    }
}
