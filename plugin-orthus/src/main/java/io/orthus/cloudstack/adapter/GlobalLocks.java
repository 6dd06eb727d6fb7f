// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.adapter;

import com.cloud.utils.db.GlobalLock;
import io.orthus.cloudstack.engine.Locks;

/** CloudStack's global locks, which are MySQL's. Each takes a database connection as long as it is held. */
public final class GlobalLocks implements Locks {
    /** With 0, CloudStack's lock waits for ever for another thread of the same server. */
    private static final int LEAST_WAIT_SECONDS = 1;

    @Override
    public void ifFree(String name, Runnable work) {
        GlobalLock lock = GlobalLock.getInternLock(name);
        try {
            if (lock.lock(LEAST_WAIT_SECONDS)) {
                try {
                    work.run();
                } finally {
                    lock.unlock();
                }
            }
        } finally {
            lock.releaseRef();
        }
    }
}
