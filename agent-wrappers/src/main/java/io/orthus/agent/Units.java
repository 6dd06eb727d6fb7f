// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Transient systemd services, in which commands run that outlive the agent. Thread-safe. */
final class Units {
    private static final String RUN = "/usr/bin/systemd-run";
    private static final String CONTROL = "/usr/bin/systemctl";
    private static final Set<String> RUNNING = Set.of("active", "activating", "deactivating", "reloading");
    private static final Set<String> ENDED = Set.of("inactive", "failed", "unknown");

    private final Programs programs;

    Units(Programs programs) {
        this.programs = programs;
    }

    /**
     * Starts a command and returns when systemd has taken it over.
     *
     * @param unit name of the service, which must not be there
     * @param out where its standard output goes
     * @param err where its standard error goes
     */
    void start(String unit, List<String> command, Path out, Path err) throws IOException {
        List<String> run = new ArrayList<>(List.of(
                RUN,
                "--quiet",
                "--collect",
                "--unit=" + unit,
                "--description=Orthus: " + command.get(1),
                // Programs of a window that is open, and parents of new QEMUs, are not to be killed with the engine.
                "--property=KillMode=process",
                // One that is stopped finishes the VMs that are under way, and then ends.
                "--property=TimeoutStopSec=infinity",
                "--property=StandardOutput=file:" + out,
                "--property=StandardError=file:" + err,
                "--"));
        run.addAll(command);
        Programs.Output output = programs.run(run);
        if (output.exit() != 0) {
            throw new IOException(
                    "systemd did not start %s: %s".formatted(unit, output.err().strip()));
        }
    }

    /** Whether it runs; what cannot be found out is never taken for an end. */
    boolean running(String unit) throws IOException {
        // Its exit code mixes "deactivating", which is not over, with "inactive".
        Programs.Output output = programs.run(List.of(CONTROL, "is-active", unit));
        String state = output.out().strip();
        if (RUNNING.contains(state)) {
            return true;
        }
        if (ENDED.contains(state)) {
            return false;
        }
        throw new IOException("systemd does not tell the state of %s: %s%s"
                .formatted(unit, state, output.err().strip()));
    }

    /** Asks it to end when it can; does not wait for that. */
    void stop(String unit) throws IOException {
        Programs.Output output = programs.run(List.of(CONTROL, "stop", "--no-block", unit));
        // It may have ended meanwhile, and then there is no such unit any more.
        if (output.exit() != 0 && running(unit)) {
            throw new IOException(
                    "systemd did not stop %s: %s".formatted(unit, output.err().strip()));
        }
    }
}
