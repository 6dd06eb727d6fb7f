// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package org.apache.cloudstack.context;

/** In place of CloudStack's class of this name: who calls, per thread. */
public final class CallContext {
    private static final CallContext SYSTEM = new CallContext(1, 1);
    private static final ThreadLocal<CallContext> CURRENT = ThreadLocal.withInitial(() -> SYSTEM);

    private final long userId;
    private final long accountId;

    private CallContext(long userId, long accountId) {
        this.userId = userId;
        this.accountId = accountId;
    }

    public static CallContext current() {
        return CURRENT.get();
    }

    public static CallContext registerSystemCallContextOnceOnly() {
        return current();
    }

    /** This thread calls for that user, until {@link #unregister}. */
    public static void register(long userId, long accountId) {
        CURRENT.set(new CallContext(userId, accountId));
    }

    public static void unregister() {
        CURRENT.remove();
    }

    public String getContextId() {
        return "";
    }

    public long getCallingUserId() {
        return userId;
    }

    public long getCallingAccountId() {
        return accountId;
    }

    public void setEventDetails(String eventDetails) {}
}
