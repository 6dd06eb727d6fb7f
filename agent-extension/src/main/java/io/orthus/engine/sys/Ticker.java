// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

import java.util.concurrent.TimeUnit;

/** The passing of time, as a {@link Deadline} sees it; tests have one of their own. */
interface Ticker {
    Ticker SYSTEM = new Ticker() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void sleep(long nanos) throws InterruptedException {
            TimeUnit.NANOSECONDS.sleep(nanos);
        }
    };

    /** Nanoseconds from an arbitrary origin, never going backwards. */
    long nanoTime();

    /** Lets that many nanoseconds pass. */
    void sleep(long nanos) throws InterruptedException;
}
