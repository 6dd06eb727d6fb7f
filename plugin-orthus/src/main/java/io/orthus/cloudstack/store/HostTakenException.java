// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.store;

/** A host is part of another campaign that has not ended. */
@SuppressWarnings("serial")
public final class HostTakenException extends Exception {
    HostTakenException() {
        super("at least one of these hosts is part of a campaign that has not ended;"
                + " see listHypervisorUpgrades, and wait for it or cancel it");
    }
}
