// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.adapter;

import com.cloud.user.Account;
import com.cloud.user.User;
import com.cloud.vm.VmWork;

/** The VM work job that live-migrates a VM away from its host, as CloudStack keeps it in its queue. */
final class LeaveWork extends VmWork {
    private static final long serialVersionUID = 1L;

    private final long hostId;
    private final long vmRunId;

    /**
     * @param hostId CloudStack's number of the host that the VM is to leave
     */
    LeaveWork(long vmId, long hostId, long vmRunId) {
        super(User.UID_SYSTEM, Account.ACCOUNT_ID_SYSTEM, vmId, WorkJobVms.HANDLER);
        this.hostId = hostId;
        this.vmRunId = vmRunId;
    }

    long hostId() {
        return hostId;
    }

    long vmRunId() {
        return vmRunId;
    }
}
