// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package org.apache.cloudstack.api;

public abstract class BaseAsyncCmd extends BaseCmd {
    public abstract String getEventType();

    public abstract String getEventDescription();
}
