// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.engine;

import io.orthus.cloudstack.campaign.HostRun;
import io.orthus.cloudstack.campaign.VmRun;
import io.orthus.cloudstack.campaign.Whereabouts;

/** The VMs, as CloudStack manages them. */
public interface Vms {
    /**
     * Makes CloudStack neither start, stop, migrate nor restart the VM for as long as its row says that it is held. Once
     * it does, that is written into the row. Returns at once; asking again is harmless.
     */
    void hold(VmRun vm);

    /**
     * Makes CloudStack live-migrate the VM to another host, if that is not under way. Returns at once; asking again is
     * harmless. It is never stopped for that, and nothing is left of it when its row no longer says that it is to leave.
     */
    void sendAway(HostRun host, VmRun vm);

    /** Where the VM is. */
    Whereabouts find(HostRun host, VmRun vm);
}
