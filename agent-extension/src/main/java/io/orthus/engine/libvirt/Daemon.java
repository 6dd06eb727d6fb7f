// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.libvirt;

import io.orthus.engine.sys.CommandFailedException;
import io.orthus.engine.sys.Commands;
import io.orthus.engine.sys.Deadline;
import io.orthus.engine.sys.NoSuchProcessException;
import io.orthus.engine.sys.ProcessId;
import io.orthus.engine.sys.TimedOutException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The daemon that manages this host's QEMU domains, as systemd runs it. Immutable; as thread-safe as systemd.
 */
public final class Daemon {
    /** A start that fails at once is not tried more often than this. */
    private static final Duration START_INTERVAL = Duration.ofMillis(100);

    private final Commands commands;
    private final String unit;

    Daemon(Commands commands, String unit) {
        this.commands = commands;
        this.unit = unit;
    }

    /** Finds the unit: virtqemud.service where libvirt is split into daemons, libvirtd.service where it is one. */
    public static Daemon find(Commands commands) throws IOException {
        return new Daemon(commands, new DaemonFinder(commands).find());
    }

    /** The name of its unit, for example {@code libvirtd.service}. */
    public String unit() {
        return unit;
    }

    /** The running daemon; empty if it is stopped, ending or waiting to be restarted. */
    public Optional<ProcessId> mainProcess() throws IOException {
        UnitProperties properties = UnitProperties.show(commands, unit, "MainPID");
        int pid = properties.pid("MainPID");
        if (pid == 0) {
            return Optional.empty();
        }
        try {
            ProcessId process = ProcessId.of(pid);
            // systemd keeps the pid until it has reaped the process.
            return process.alive() ? Optional.of(process) : Optional.empty();
        } catch (NoSuchProcessException e) {
            return Optional.empty();
        }
    }

    /** Has systemd see the unit's gate in the way of each of its starts; does nothing when that is so already. */
    public void ensureGate() throws IOException {
        new Gate(commands).ensure(unit);
    }

    /** Opens a connection to the daemon. */
    @FunctionalInterface
    public interface Opener {
        LibvirtHost open() throws LibvirtFailure;
    }

    /**
     * Waits until the daemon runs and answers, and starts it if nobody else does. To be called when the gate is open.
     *
     * @return a new connection
     * @throws IOException if it does not come by the deadline, with the last reason
     */
    public LibvirtHost awaitReady(Opener opener, Deadline deadline) throws IOException {
        AtomicReference<LibvirtHost> connection = new AtomicReference<>();
        AtomicReference<String> obstacle = new AtomicReference<>("it does not run");
        try {
            deadline.await(unit, START_INTERVAL, () -> {
                try {
                    // Also waits for a start that is under way.
                    commands.run(List.of("systemctl", "start", unit), deadline);
                    if (mainProcess().isPresent()) {
                        connection.set(opener.open());
                    }
                } catch (CommandFailedException | LibvirtFailure e) {
                    obstacle.set(e.getMessage());
                } catch (TimedOutException e) {
                    obstacle.set("its start is still under way");
                }
                return connection.get() != null;
            });
        } catch (TimedOutException e) {
            throw new IOException(e.getMessage() + ": " + obstacle.get() + "; see \"journalctl -u " + unit + "\"", e);
        }
        return connection.get();
    }
}
