// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.adapter;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The VMs that this server holds. Whether each still is to be held is asked for all of them together at each beat: there
 * may be hundreds. Thread-safe.
 */
public final class Holds {
    private static final Logger LOGGER = LogManager.getLogger(Holds.class);

    private final VmRows rows;
    private final Map<Long, CountDownLatch> held = new ConcurrentHashMap<>();

    public Holds(VmRows rows) {
        this.rows = rows;
    }

    /** Holds a VM until its row no longer says so. CloudStack runs one job of a VM at a time, so it is not held already. */
    void hold(long vmRunId) throws InterruptedException {
        CountDownLatch released = new CountDownLatch(1);
        held.put(vmRunId, released);
        try {
            released.await();
        } finally {
            held.remove(vmRunId, released);
        }
    }

    /** Never throws: as long as nobody can be asked, all are held, and what is known of it grows old. */
    public void beat() {
        Set<Long> asked = Set.copyOf(held.keySet());
        if (asked.isEmpty()) {
            return;
        }
        try {
            Set<Long> stay = rows.held(asked);
            asked.stream().filter(id -> !stay.contains(id)).forEach(this::release);
        } catch (RuntimeException e) {
            LOGGER.warn(
                    "Orthus could not note that it holds {} VMs, and tries again: {}", asked.size(), e.getMessage(), e);
        }
    }

    private void release(long vmRunId) {
        CountDownLatch released = held.get(vmRunId);
        if (released != null) {
            released.countDown();
        }
    }
}
