// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.beans;

import com.cloud.vm.VMInstanceVO;
import com.cloud.vm.dao.VMInstanceDao;
import io.orthus.lab.management.cloud.Cloud;

/** The cloud's VMs. Thread-safe. */
public final class Instances implements VMInstanceDao {
    private final Cloud cloud;

    public Instances(Cloud cloud) {
        this.cloud = cloud;
    }

    @Override
    public VMInstanceVO findById(Long id) {
        return cloud.vm(id).orElse(null);
    }

    @Override
    public VMInstanceVO findByUuid(String uuid) {
        return cloud.vm(uuid).orElse(null);
    }
}
