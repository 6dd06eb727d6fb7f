// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/**
 * A point in time by which something must have happened. Immutable and thread-safe.
 *
 * <p>A deadline is handed down through all the steps of one operation, so that the operation as a whole keeps its limit
 * however its steps share the time.
 */
public final class Deadline {
    /** Short beside anything that is waited for by asking, long beside the cost of asking. */
    private static final Duration POLL = Duration.ofMillis(5);

    private final Ticker ticker;
    private final Duration limit;
    private final long end;

    private Deadline(Ticker ticker, Duration limit) {
        this.ticker = ticker;
        this.limit = limit;
        this.end = ticker.nanoTime() + limit.toNanos();
    }

    /** A deadline that far from now; zero or less has passed already. */
    public static Deadline after(Duration limit) {
        return after(Ticker.SYSTEM, limit);
    }

    static Deadline after(Ticker ticker, Duration limit) {
        return new Deadline(ticker, limit);
    }

    /** The time left, in nanoseconds; never negative. */
    public long remainingNanos() {
        return Math.max(0, end - ticker.nanoTime());
    }

    public boolean expired() {
        return remainingNanos() == 0;
    }

    /**
     * A condition whose evaluation may fail; a failure ends the wait.
     *
     * @param <E> how it may fail, besides an I/O error
     */
    @FunctionalInterface
    public interface Condition<E extends Exception> {
        boolean holds() throws IOException, E;
    }

    /**
     * Waits until the condition holds. It is evaluated at least once, also when the deadline has passed, and in the
     * calling thread.
     *
     * @param what what is waited for, as the end of the sentence "timed out after 5 s waiting for …"
     * @throws TimedOutException if it does not hold in time
     * @throws InterruptedIOException if the thread is interrupted; its interrupt status is kept
     */
    public <E extends Exception> void await(String what, Condition<E> condition) throws IOException, E {
        await(what, POLL, condition);
    }

    /** As above, for a condition that is costly to evaluate: with that much time between one evaluation and the next. */
    public <E extends Exception> void await(String what, Duration interval, Condition<E> condition)
            throws IOException, E {
        while (!condition.holds()) {
            long remaining = remainingNanos();
            if (remaining == 0) {
                throw timedOut(what);
            }
            try {
                ticker.sleep(Math.min(interval.toNanos(), remaining));
            } catch (InterruptedException e) {
                throw interrupted(what);
            }
        }
    }

    /** The exception for a wait that this deadline has ended. */
    public TimedOutException timedOut(String what) {
        return new TimedOutException("timed out after " + limit.toMillis() / 1000.0 + " s waiting for " + what);
    }

    /** Turns an interrupt into an I/O error and keeps the thread's interrupt status. */
    public static InterruptedIOException interrupted(String what) {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while waiting for " + what);
    }
}
