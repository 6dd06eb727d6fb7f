// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.engine;

import io.orthus.cloudstack.campaign.Campaign;
import io.orthus.cloudstack.campaign.HostRun;
import io.orthus.cloudstack.campaign.Notice;

/** Tells operators what happened. Must not throw. */
public interface Notices {
    /** About a campaign as a whole. */
    void tell(Campaign campaign, Notice notice);

    /** About one host. */
    void tell(Campaign campaign, HostRun host, Notice notice);
}
