// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package org.apache.cloudstack.managed.context;

public abstract class ManagedContextRunnable implements Runnable {
    @Override
    public void run() {
        runInContext();
    }

    protected abstract void runInContext();
}
