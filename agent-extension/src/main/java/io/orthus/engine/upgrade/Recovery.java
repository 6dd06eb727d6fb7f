// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import com.google.gson.JsonObject;
import io.orthus.engine.adopt.SwitchFiles;
import io.orthus.engine.adopt.SwitchResult;
import io.orthus.engine.adopt.SwitchVm;
import io.orthus.engine.adopt.Window;
import io.orthus.engine.adopt.WindowRefusedException;
import io.orthus.engine.graft.GraftMethod;
import io.orthus.engine.graft.GraftMethods;
import io.orthus.engine.graft.MigrationSockets;
import io.orthus.engine.journal.JournalEntry;
import io.orthus.engine.journal.JournalException;
import io.orthus.engine.journal.Step;
import io.orthus.engine.json.Json;
import io.orthus.engine.libvirt.StatusFile;
import io.orthus.engine.qmp.Qmp;
import io.orthus.engine.qmp.QmpException;
import io.orthus.engine.sys.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finishes or undoes whatever an upgrade left behind that did not come to its end, whatever ended it. What is decided
 * here is decided from what is there (which processes live, what the switch wrote down), not from what was intended.
 */
public final class Recovery {
    /** A switch that was begun finishes by itself; its waits are all bounded. */
    private static final Duration SWITCH_TO_FINISH = Duration.ofMinutes(3);
    /** After its lease is gone, a new QEMU that was not committed is killed at once. */
    private static final Duration TO_DIE = Duration.ofSeconds(20);

    private final Host host;
    private final Options options;

    /** Recovers {@code host}. */
    public Recovery(Host host, Options options) {
        this.host = host;
        this.options = options;
    }

    /**
     * What was done about one VM.
     *
     * @param entry what was under way
     * @param healthy whether the VM is in order now
     * @param message one sentence
     */
    public record Finding(JournalEntry entry, boolean healthy, String message) {}

    /**
     * Goes through the journal.
     *
     * @throws JournalException if the journal cannot be read
     * @throws IOException if the host cannot be looked at
     */
    public List<Finding> run() throws JournalException, IOException {
        List<Finding> findings = new ArrayList<>();
        for (JournalEntry entry : host.journal().open()) {
            findings.add(recover(entry));
        }
        return List.copyOf(findings);
    }

    private Finding recover(JournalEntry entry) throws JournalException {
        try {
            String message = settle(entry);
            cleanUp(entry);
            return new Finding(entry, true, message);
        } catch (IOException | QmpException | WindowRefusedException e) {
            return new Finding(entry, false, e.getMessage());
        }
    }

    private String settle(JournalEntry entry) throws IOException, QmpException, WindowRefusedException {
        if (entry.switcher() != null) {
            Deadline.after(SWITCH_TO_FINISH)
                    .await("the switch to finish", () -> !entry.switcher().alive());
        }
        Optional<SwitchResult> outcome = outcome(entry);
        boolean oldLives = entry.oldProcess().alive();
        if (outcome.isPresent() && outcome.get().result() == SwitchResult.Kind.COMMITTED) {
            return adopted(entry);
        }
        if (entry.step() == Step.ADOPT) {
            return adopted(entry);
        }
        if (entry.step() == Step.SWITCH && outcome.isEmpty()) {
            awaitDeathOfUncommitted(entry);
            if (!oldLives || freshLives(entry)) {
                return resolve(entry);
            }
        }
        if (outcome.isPresent() && outcome.get().result() == SwitchResult.Kind.LOST) {
            throw new IOException(
                    "the VM was lost in the switch: " + outcome.get().message());
        }
        return undone(entry);
    }

    /** The old QEMU is the VM. The new one ends without a lease; then the old one's settings are put back. */
    private String undone(JournalEntry entry) throws IOException, QmpException {
        awaitDeathOfUncommitted(entry);
        if (freshLives(entry)) {
            throw new IOException(
                    "a new QEMU (pid %d) that was never committed is still there; end it with 'kill -9 %d'"
                            .formatted(
                                    entry.newProcess().pid(), entry.newProcess().pid()));
        }
        if (!entry.oldProcess().alive()) {
            return "the VM was shut down meanwhile; nothing to undo";
        }
        GraftMethod method = GraftMethods.of(entry.method());
        Qmp old = host.libvirt().monitor(entry.id().uuid());
        method.withdraw(old);
        if (entry.running() && !status(old).equals("running")) {
            old.execute("cont");
        }
        return "undone: it runs on QEMU " + entry.oldVersion();
    }

    private String adopted(JournalEntry entry) throws IOException {
        if (!freshLives(entry)) {
            return "it was upgraded and shut down since";
        }
        Adoption.verify(host, entry.id(), entry.newProcess(), files(entry));
        return "finished: it runs on QEMU " + entry.newVersion();
    }

    /** Nobody knows on which side the VM is; the switch looks at both and decides. */
    private String resolve(JournalEntry entry) throws IOException, WindowRefusedException {
        SwitchFiles files = files(entry);
        restoreStatusNext(files);
        SwitchVm vm = new SwitchVm(
                entry.id(),
                entry.oldProcess(),
                entry.newProcess(),
                Path.of(entry.monitor()),
                entry.running(),
                GraftMethods.of(entry.method()).switchCommands(sockets(entry)),
                List.of(),
                List.of(),
                files);
        Window.Outcome outcome;
        try (Window window = Window.armToResolve(host.windowSettings(options), List.of(vm))) {
            outcome = window.go();
        }
        host.reconnect();
        SwitchResult result = outcome.results().get(0);
        return switch (result.result()) {
            case COMMITTED -> adopted(entry);
            case ROLLED_BACK -> "undone: it runs on QEMU " + entry.oldVersion();
            case LOST -> throw new IOException("neither QEMU runs the VM any more: " + result.message());
        };
    }

    private static void restoreStatusNext(SwitchFiles files) throws IOException {
        if (Files.notExists(files.statusNext()) && Files.exists(files.statusKept())) {
            Files.copy(files.statusKept(), files.statusNext());
        }
    }

    private void awaitDeathOfUncommitted(JournalEntry entry) {
        try {
            Deadline.after(TO_DIE).await("the new QEMU to end", () -> !freshLives(entry));
        } catch (IOException e) {
            // Still there: the callers look again and decide.
        }
    }

    private static boolean freshLives(JournalEntry entry) throws IOException {
        return entry.newProcess() != null && entry.newProcess().alive();
    }

    private static Optional<SwitchResult> outcome(JournalEntry entry) throws IOException {
        Path file = files(entry).outcome();
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        JsonObject line = Json.parseObject(Files.readString(file), file.toString());
        return Optional.of(SwitchResult.of(line));
    }

    private static String status(Qmp qmp) throws QmpException, IOException {
        return Json.getString(qmp.execute("query-status").getAsJsonObject(), "status");
    }

    private void cleanUp(JournalEntry entry) throws IOException, JournalException {
        MigrationSockets sockets = sockets(entry);
        Files.deleteIfExists(sockets.main());
        Files.deleteIfExists(sockets.cpr());
        Directories.remove(Path.of(entry.runDirectory()));
        host.journal().close(entry.id().uuid());
    }

    private static MigrationSockets sockets(JournalEntry entry) {
        return MigrationSockets.in(Path.of(entry.monitor()).getParent());
    }

    private static SwitchFiles files(JournalEntry entry) {
        Path status = Path.of(entry.statusLive());
        return new SwitchFiles(
                Path.of(entry.runDirectory()),
                status,
                StatusFile.pidFile(status.getParent(), entry.id().name()));
    }
}
