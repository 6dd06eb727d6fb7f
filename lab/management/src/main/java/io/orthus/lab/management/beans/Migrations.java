// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.beans;

import com.cloud.ha.HighAvailabilityManager;
import com.cloud.utils.component.ManagerBase;
import com.cloud.vm.VMInstanceVO;
import io.orthus.lab.management.cloud.Cloud;
import io.orthus.lab.management.cloud.HostRow;
import io.orthus.lab.management.cloud.VmRow;

/** Live migrations, which here are done as soon as they are asked for. Thread-safe. */
public final class Migrations extends ManagerBase implements HighAvailabilityManager {
    private final Cloud cloud;

    public Migrations(Cloud cloud) {
        this.cloud = cloud;
    }

    /** Moves the VM to another host of its cluster; {@code false} if there is none. */
    @Override
    public boolean scheduleMigration(VMInstanceVO instance) {
        VmRow vm = (VmRow) instance;
        HostRow from = vm.host();
        return cloud.hosts().stream()
                .filter(host -> host != from && host.cluster().equals(from.cluster()))
                .findFirst()
                .map(to -> {
                    cloud.move(vm, to);
                    return true;
                })
                .orElse(false);
    }

    @Override
    public boolean hasPendingHaWork(long vmId) {
        return false;
    }
}
