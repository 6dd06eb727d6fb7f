// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.selftest;

import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;

/**
 * Ctrl-C, or a stop of the service: the self-test begins nothing more, takes everything down, and only then the JVM
 * ends. SIGKILL is what the guard is for, see {@link Bench}. Thread-safe.
 */
final class Stop implements AutoCloseable {
    private final CountDownLatch through = new CountDownLatch(1);
    private final Thread hook = new Thread(this::requestAndWait, "stop");
    private volatile boolean requested;

    /** One that signals request. */
    static Stop onSignal() {
        Stop stop = new Stop();
        Runtime.getRuntime().addShutdownHook(stop.hook);
        return stop;
    }

    void request() {
        requested = true;
    }

    boolean requested() {
        return requested;
    }

    /** To be called between steps, and while waiting. */
    void check() throws InterruptedIOException {
        if (requested) {
            throw new InterruptedIOException("it was interrupted");
        }
    }

    /** Everything is taken down: from here on the JVM may end. */
    @Override
    public void close() {
        through.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It has been run: the JVM is about to end.
        }
    }

    private void requestAndWait() {
        request();
        try {
            through.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
