// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import java.io.IOException;

/**
 * How the kernel schedules a thread; see sched(7).
 *
 * @param policy for example {@link #ROUND_ROBIN}
 * @param priority 1 to 99 for a real-time policy, 0 otherwise
 */
public record Scheduling(int policy, int priority) {
    /** SCHED_OTHER. */
    public static final int ORDINARY = 0;
    /** SCHED_RR. */
    public static final int ROUND_ROBIN = 2;

    private static final int ESRCH = 3;

    private interface LibC extends Library {
        LibC INSTANCE = Native.load("c", LibC.class);

        int sched_getscheduler(int tid) throws LastErrorException;

        int sched_getparam(int tid, int[] param) throws LastErrorException;

        int sched_setscheduler(int tid, int policy, int[] param) throws LastErrorException;

        String strerror(int errno);
    }

    /**
     * That of a thread.
     *
     * @throws NoSuchProcessException if it has ended
     */
    public static Scheduling of(int tid) throws IOException {
        try {
            int[] priority = new int[1];
            LibC.INSTANCE.sched_getparam(tid, priority);
            return new Scheduling(LibC.INSTANCE.sched_getscheduler(tid), priority[0]);
        } catch (LastErrorException e) {
            throw failure("learn", tid, e);
        }
    }

    /**
     * Has a thread scheduled so.
     *
     * @throws NoSuchProcessException if it has ended
     */
    public void apply(int tid) throws IOException {
        try {
            LibC.INSTANCE.sched_setscheduler(tid, policy, new int[] {priority});
        } catch (LastErrorException e) {
            throw failure("set", tid, e);
        }
    }

    private static IOException failure(String verb, int tid, LastErrorException e) {
        return e.getErrorCode() == ESRCH
                ? new NoSuchProcessException("thread " + tid + " does not exist")
                : new IOException(
                        "cannot %s the scheduling policy of thread %d: %s"
                                .formatted(verb, tid, LibC.INSTANCE.strerror(e.getErrorCode())),
                        e);
    }
}
