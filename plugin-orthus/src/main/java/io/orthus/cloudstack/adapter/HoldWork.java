// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.adapter;

import com.cloud.user.Account;
import com.cloud.user.User;
import com.cloud.vm.VmWork;

/** The VM work job that holds a VM, as CloudStack keeps it in its queue. */
final class HoldWork extends VmWork {
    private static final long serialVersionUID = 1L;

    private final long vmRunId;

    HoldWork(long vmId, long vmRunId) {
        super(User.UID_SYSTEM, Account.ACCOUNT_ID_SYSTEM, vmId, WorkJobVms.HANDLER);
        this.vmRunId = vmRunId;
    }

    long vmRunId() {
        return vmRunId;
    }
}
