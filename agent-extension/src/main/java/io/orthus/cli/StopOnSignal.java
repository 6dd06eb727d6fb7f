// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import io.orthus.engine.upgrade.HostUpgrade;
import io.orthus.engine.upgrade.Progress;
import java.util.concurrent.CountDownLatch;

/**
 * What Ctrl-C or a stop of the service does to an upgrade: no further VM is begun, and the JVM stays until those that
 * are under way are through. The programs that orthus starts are deaf to these signals. SIGKILL is what recovery is
 * for.
 */
final class StopOnSignal {
    private final CountDownLatch through = new CountDownLatch(1);
    private final Thread hook;

    private StopOnSignal(HostUpgrade upgrade, Progress progress) {
        hook = new Thread(
                () -> {
                    upgrade.stop();
                    progress.host("stopping; the VMs that are under way will be finished first");
                    awaitThrough();
                },
                "stop");
    }

    static StopOnSignal install(HostUpgrade upgrade, Progress progress) {
        StopOnSignal signals = new StopOnSignal(upgrade, progress);
        Runtime.getRuntime().addShutdownHook(signals.hook);
        return signals;
    }

    /** The upgrade is through; from here on a signal ends the JVM as usual. */
    void close() {
        through.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It has been run: the JVM is about to end.
        }
    }

    private void awaitThrough() {
        try {
            through.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
