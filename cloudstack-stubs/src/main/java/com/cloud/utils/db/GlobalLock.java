// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.utils.db;

/** Without a database behind it; what it does is the real one's affair. */
public class GlobalLock {
    private GlobalLock() {}

    public static GlobalLock getInternLock(String name) {
        throw new UnsupportedOperationException("stub: " + name);
    }

    public boolean lock(int timeoutSeconds) {
        throw new UnsupportedOperationException("stub");
    }

    public boolean unlock() {
        throw new UnsupportedOperationException("stub");
    }

    public int releaseRef() {
        throw new UnsupportedOperationException("stub");
    }
}
