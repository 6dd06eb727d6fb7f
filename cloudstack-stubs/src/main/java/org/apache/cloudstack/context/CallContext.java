// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package org.apache.cloudstack.context;

/** Stands for the caller of an API command; the stub's is the system itself. */
public class CallContext {
    private static final CallContext SYSTEM = new CallContext();

    protected CallContext() {}

    public static CallContext current() {
        return SYSTEM;
    }

    public static CallContext registerSystemCallContextOnceOnly() {
        return SYSTEM;
    }

    public String getContextId() {
        return "";
    }

    public long getCallingUserId() {
        return 1;
    }

    public long getCallingAccountId() {
        return 1;
    }

    public void setEventDetails(String eventDetails) {}
}
