// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.engine;

import io.orthus.cloudstack.campaign.HostRun;
import io.orthus.protocol.OrderReport;

/** Keeps what hosts last said of themselves and of their VMs, for whoever asks which of them are behind. */
@FunctionalInterface
public interface Readiness {
    /** Takes over a finished preflight, in place of what was known of the host before. */
    void seen(HostRun host, OrderReport report);
}
