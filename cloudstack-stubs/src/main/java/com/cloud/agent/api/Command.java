// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.agent.api;

import java.util.HashMap;
import java.util.Map;

/** Field names are the wire format's. */
public abstract class Command {
    protected Map<String, String> contextMap = new HashMap<>();
    private int wait;
    private boolean bypassHostMaintenance;

    protected Command() {}

    public int getWait() {
        return wait;
    }

    public void setWait(int wait) {
        this.wait = wait;
    }

    public abstract boolean executeInSequence();

    public boolean allowCaching() {
        return true;
    }

    public boolean isBypassHostMaintenance() {
        return bypassHostMaintenance;
    }

    public void setBypassHostMaintenance(boolean bypassHostMaintenance) {
        this.bypassHostMaintenance = bypassHostMaintenance;
    }

    @Override
    public final String toString() {
        return getClass().getName();
    }
}
