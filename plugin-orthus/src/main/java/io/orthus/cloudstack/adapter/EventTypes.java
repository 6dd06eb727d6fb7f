// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.adapter;

/** The types of our events. CloudStack takes any text; these read like its own. */
public final class EventTypes {
    /** About a campaign. */
    public static final String CAMPAIGN = "HYPERVISOR.LIVEUPGRADE";
    /** About one host of a campaign. */
    public static final String HOST = "HOST.LIVEUPGRADE";

    private EventTypes() {}
}
