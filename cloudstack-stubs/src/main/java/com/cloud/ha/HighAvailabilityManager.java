// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.ha;

import com.cloud.utils.component.Manager;
import com.cloud.vm.VMInstanceVO;

public interface HighAvailabilityManager extends Manager {
    boolean scheduleMigration(VMInstanceVO vm);

    boolean hasPendingHaWork(long vmId);
}
