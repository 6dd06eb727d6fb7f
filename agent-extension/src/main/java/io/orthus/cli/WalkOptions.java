// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import io.orthus.engine.upgrade.Options;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How an upgrade or a rollback goes about it. */
final class WalkOptions {
    @Option(
            names = "--canaries",
            paramLabel = "N",
            description = "How many VMs go first, alone. Default: ${DEFAULT-VALUE}.",
            defaultValue = "1")
    private int canaries;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "How many VMs share one absence of libvirtd. Default: ${DEFAULT-VALUE}.",
            defaultValue = "8")
    private int batch;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            description = "How many VMs are prepared at the same time. Default: the number of processors.")
    private Integer parallel;

    @Option(
            names = "--failure-budget",
            paramLabel = "N",
            description = "Stop when more than N VMs have failed. Default: ${DEFAULT-VALUE}.",
            defaultValue = "0")
    private int failureBudget;

    @Option(
            names = "--max-pause",
            paramLabel = "MS",
            description = "Put a VM back whose guest would stand still for longer, in milliseconds."
                    + " Default: ${DEFAULT-VALUE}.",
            defaultValue = "500")
    private int maxPause;

    @Option(
            names = "--copy-timeout",
            paramLabel = "S",
            description = "How long a transplant may copy, in seconds. Default: ${DEFAULT-VALUE}.",
            defaultValue = "600")
    private int copyTimeout;

    Options options() throws UsageException {
        int parallelism = parallel == null ? Options.defaults().parallel() : parallel;
        return new Options(
                between("--canaries", canaries, 0, 1000),
                between("--batch", batch, 1, 256),
                between("--parallel", parallelism, 1, 256),
                between("--failure-budget", failureBudget, 0, 100_000),
                Duration.ofMillis(between("--max-pause", maxPause, 10, 60_000)),
                Duration.ofSeconds(between("--copy-timeout", copyTimeout, 1, 86_400)));
    }

    private static int between(String name, int value, int least, int most) throws UsageException {
        if (value < least || value > most) {
            throw new UsageException("%s: %d is not between %d and %d".formatted(name, value, least, most));
        }
        return value;
    }
}
