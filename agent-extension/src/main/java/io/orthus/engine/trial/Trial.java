// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.trial;

import com.google.gson.JsonObject;
import io.orthus.engine.graft.CprTransfer;
import io.orthus.engine.graft.GraftException;
import io.orthus.engine.graft.Migration;
import io.orthus.engine.graft.MigrationSockets;
import io.orthus.engine.json.Json;
import io.orthus.engine.launch.CommandLine;
import io.orthus.engine.launch.CommandLine.Option;
import io.orthus.engine.qmp.Qmp;
import io.orthus.engine.qmp.QmpException;
import io.orthus.engine.sys.Deadline;
import io.orthus.engine.vmm.Method;
import io.orthus.engine.vmm.Modules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One trial: a machine runs its firmware on the one build, goes to the other by the method of the VM it stands for, and
 * runs on there. What it shows is that the devices' states are understood; what a guest's drivers would add to them it
 * does not show.
 *
 * @param running the command line of the VM's QEMU
 * @param source the build that it runs on
 * @param planned the command line that its new QEMU would get
 * @param target the build of that
 * @param mapped the files that the VM's QEMU has mapped, if its build is no longer installed: its modules are among them
 * @param user whose rights both throw-away processes have
 */
record Trial(
        Method method,
        CommandLine running,
        Build source,
        CommandLine planned,
        Build target,
        QemuUser user,
        Map<Path, Path> mapped) {
    /** A second on an idle host; under emulation, on a busy one, more than a minute. */
    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** Between two questions whether it is through. */
    private static final Duration INTERVAL = Duration.ofMillis(10);

    /** What is tried, in words that are the same for all VMs of one shape; of no use to start anything. */
    String subject() {
        return String.join(
                "\0",
                method.toString(),
                source.identity(),
                machine(sourceLine(Path.of("/"))),
                target.identity(),
                machine(targetLine(Path.of("/"))));
    }

    /** The machine in readable form. */
    String machine() {
        return machine(targetLine(Path.of("/")));
    }

    private static String machine(CommandLine line) {
        List<String> argv = line.toArgv();
        return String.join(" ", argv.subList(1, argv.size()));
    }

    private CommandLine sourceLine(Path directory) {
        return MachineLine.of(MachineLine.withDevicesOf(planned, running), method, directory);
    }

    private CommandLine targetLine(Path directory) {
        return MachineLine.of(planned, method, directory);
    }

    /**
     * Runs it. Both processes have ended when this returns.
     *
     * @param directory empty, and writable for the user; the caller removes it
     * @throws TrialFailedException if the machine does not get over
     * @throws IOException if it could not be found out
     */
    void run(Path directory) throws IOException, TrialFailedException {
        Deadline deadline = Deadline.after(LIMIT);
        MigrationSockets sockets = MigrationSockets.in(directory);
        try (ThrowAwayVm from = ThrowAwayVm.start(
                "source", source.program(), sourceLine(directory), user, directory, modules(directory))) {
            Qmp old = from.monitor(deadline);
            try (ThrowAwayVm to = ThrowAwayVm.start(
                    "target", target.program(), targetLine(directory), user, directory, Map.of(), waiting(sockets))) {
                try {
                    move(old, to, sockets, deadline);
                } catch (QmpException | GraftException e) {
                    throw new TrialFailedException(because(e.getMessage(), to));
                } catch (IOException e) {
                    if (to.process().alive()) {
                        throw e;
                    }
                    throw new TrialFailedException(because(e.getMessage(), to));
                }
            }
        }
    }

    /** Those that are installed belong to another build, which the old program would refuse to load. */
    private Map<String, String> modules(Path directory) throws IOException {
        if (mapped.isEmpty()) {
            return Map.of();
        }
        Path modules = Files.createDirectory(directory.resolve("modules"));
        Modules.copyLoaded(mapped, modules);
        return Map.of("QEMU_MODULE_DIR", modules.toString());
    }

    private Option[] waiting(MigrationSockets sockets) {
        Option stopped = Option.of("S");
        Option defer = Option.of("incoming", "defer");
        if (method != Method.CPR_TRANSFER) {
            return new Option[] {stopped, defer};
        }
        return new Option[] {
            stopped, defer, Option.of("incoming", sockets.cprChannel().toString())
        };
    }

    private void move(Qmp old, ThrowAwayVm to, MigrationSockets sockets, Deadline deadline)
            throws IOException, QmpException, GraftException, TrialFailedException {
        if (method == Method.CPR_TRANSFER) {
            // The new QEMU answers only when it has got the RAM.
            new CprTransfer().introduce(old, to.process(), sockets, deadline);
        }
        Qmp fresh = to.monitor(deadline);
        JsonObject capabilities = method == Method.CPR_TRANSFER
                ? Migration.setCapabilities(Migration.EVENTS, Migration.RETURN_PATH)
                : Migration.setCapabilities(Migration.EVENTS, Migration.RETURN_PATH, Migration.IGNORE_SHARED);
        Migration.run(fresh, capabilities);
        if (method != Method.CPR_TRANSFER) {
            Migration.run(old, capabilities);
        }
        Migration.run(fresh, Migration.incoming(sockets));
        if (method != Method.CPR_TRANSFER) {
            Migration.run(old, Migration.outgoing(sockets));
        }
        deadline.await("the trial to get over", INTERVAL, () -> isOver(old, to));
        fresh.execute("cont");
        deadline.await("the trial to run on the new QEMU", INTERVAL, () -> isRunning(fresh));
    }

    /** Over the return path, "completed" on the source says that the destination has loaded the state. */
    private static boolean isOver(Qmp old, ThrowAwayVm to) throws IOException, TrialFailedException {
        JsonObject state = migration(old);
        String status = state.has("status") ? Json.getString(state, "status") : "none";
        return switch (status) {
            case "completed" -> true;
            case "failed", "cancelled" ->
                throw new TrialFailedException(
                        because(state.has("error-desc") ? Json.getString(state, "error-desc") : status, to));
            default -> false;
        };
    }

    private static JsonObject migration(Qmp old) throws IOException {
        try {
            return old.execute("query-migrate").getAsJsonObject();
        } catch (QmpException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static boolean isRunning(Qmp fresh) throws IOException, QmpException {
        JsonObject status = fresh.execute("query-status").getAsJsonObject();
        return Json.getBoolean(status, "running");
    }

    /** The destination knows best; the source may know only that the connection broke. */
    private static String because(String message, ThrowAwayVm to) throws IOException {
        String words = to.words();
        return words.isEmpty() ? message : words;
    }
}
