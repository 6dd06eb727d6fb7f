// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.engine;

import io.orthus.cloudstack.campaign.HostRun;
import io.orthus.protocol.OrderReport;

/** Keeps what hosts last said of themselves and of their VMs, for whoever asks which of them are behind. */
public interface Readiness {
    /** Takes over a finished preflight, in place of what was known of the host before. */
    void seen(HostRun host, OrderReport report);

    /**
     * Takes over what the VMs of a finished order run on now.
     *
     * @param host where it was carried out
     * @param onTarget whether those that were moved are on the target, as opposed to on what they came from
     */
    void moved(HostRun host, OrderReport report, boolean onTarget);
}
