// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.trial;

import io.orthus.engine.launch.CommandLine;
import io.orthus.engine.launch.CommandLine.Option;
import io.orthus.engine.qmp.QmpSocket;
import io.orthus.engine.sys.Deadline;
import io.orthus.engine.sys.LineChild;
import io.orthus.engine.sys.NoSuchProcessException;
import io.orthus.engine.sys.Proc;
import io.orthus.engine.sys.ProcessId;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A QEMU that is started to be tried and ends with the trial. For one thread. */
final class ThrowAwayVm implements AutoCloseable {
    /** Most of it for the first answer, of a QEMU that starts on a busy host. */
    private static final Duration COMMAND = Duration.ofSeconds(60);
    /** From the end of a process until all that it said is read. */
    private static final Duration TO_BE_REAPED = Duration.ofSeconds(10);

    private final String role;
    private final LineChild child;
    private final ProcessId process;
    private final Path socket;
    private QmpSocket monitor;

    private ThrowAwayVm(String role, LineChild child, ProcessId process, Path socket) {
        this.role = role;
        this.child = child;
        this.process = process;
        this.socket = socket;
    }

    /**
     * Starts one.
     *
     * @param role what it is in the trial, for messages and for the name of its monitor's socket
     * @param program the QEMU
     * @param machine its command line
     * @param user whose rights it has
     * @param directory where its sockets go; the user may write there
     * @param environment added to that of this process
     * @throws TrialFailedException if it ends at once, with its last words
     */
    static ThrowAwayVm start(
            String role,
            Path program,
            CommandLine machine,
            QemuUser user,
            Path directory,
            Map<String, String> environment,
            Option... more)
            throws IOException, TrialFailedException {
        Path socket = directory.resolve(role + ".qmp");
        CommandLine line = new CommandLine(
                program.toString(),
                Stream.concat(machine.options().stream(), Stream.of(more)).toList());
        List<String> argv = new ArrayList<>(user.prefix());
        argv.add("env");
        environment.forEach((name, value) -> argv.add(name + "=" + value));
        argv.addAll(line.toArgv());
        argv.addAll(List.of("-name", "orthus-trial", "-display", "none", "-no-shutdown"));
        argv.addAll(List.of("-qmp", "unix:" + socket + ",server=on,wait=off"));
        LineChild child = LineChild.start(argv);
        try {
            return new ThrowAwayVm(role, child, Proc.of(child.pid()).id(), socket);
        } catch (NoSuchProcessException e) {
            // It ended so soon that it is reaped already.
            throw doesNotStart(role, child);
        } catch (IOException e) {
            child.close();
            throw e;
        }
    }

    ProcessId process() {
        return process;
    }

    /**
     * Its monitor, waited for the first time.
     *
     * @throws TrialFailedException if it ends before it takes commands, with its last words
     */
    QmpSocket monitor(Deadline deadline) throws IOException, TrialFailedException {
        if (monitor == null) {
            deadline.await("the " + role + " QEMU of a trial to take commands", () -> connected());
        }
        return monitor;
    }

    private boolean connected() throws IOException, TrialFailedException {
        if (!process.alive()) {
            throw doesNotStart(role, child);
        }
        if (!Files.exists(socket)) {
            return false;
        }
        try {
            monitor = QmpSocket.connect(socket, COMMAND);
            return true;
        } catch (ConnectException e) {
            // The socket is there a moment before QEMU listens on it.
            return false;
        }
    }

    /** What it said on standard error, warnings left out, in one line: QEMU's own words for what went wrong. */
    String words() throws IOException {
        if (!process.alive()) {
            child.waitExit(Deadline.after(TO_BE_REAPED));
        }
        return words(child);
    }

    private static TrialFailedException doesNotStart(String role, LineChild child) throws IOException {
        child.waitExit(Deadline.after(TO_BE_REAPED));
        return new TrialFailedException("the " + role + " QEMU does not start: " + words(child));
    }

    private static String words(LineChild child) {
        List<String> errors = child.stderr()
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.contains("warning:"))
                .distinct()
                .toList();
        return String.join("; ", errors);
    }

    @Override
    public void close() throws IOException {
        if (monitor != null) {
            monitor.close();
        }
        child.close();
    }
}
