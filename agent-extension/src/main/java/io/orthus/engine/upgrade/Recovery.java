// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import com.google.gson.JsonObject;
import io.orthus.engine.adopt.SwitchFiles;
import io.orthus.engine.adopt.SwitchResult;
import io.orthus.engine.adopt.SwitchVm;
import io.orthus.engine.adopt.Window;
import io.orthus.engine.adopt.WindowRefusedException;
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
import io.orthus.engine.sys.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finishes or undoes whatever an upgrade left behind that did not come to its end, whatever ended it. What is decided
 * here is decided from what is there (which processes live, what the switch wrote down), not from what was intended.
 */
public final class Recovery {
    /** A switch that was begun finishes by itself; its waits are all bounded. */
    private static final Duration SWITCH_TO_FINISH = Duration.ofMinutes(3);
    /** After its lease is gone, a new QEMU that was not committed is killed at once; one that lives on is looked at. */
    private static final Duration TO_DIE = Duration.ofSeconds(5);
    /** Run states in which a migration that did not end well can leave a guest that ran. */
    private static final Set<String> STOPPED_BY_MIGRATION = Set.of("paused", "postmigrate", "finish-migrate");

    private final Host host;
    private final Options options;
    private final Duration toDie;

    /** Recovers {@code host}. */
    public Recovery(Host host, Options options) {
        this(host, options, TO_DIE);
    }

    /** With another time for a new QEMU to end in. */
    Recovery(Host host, Options options, Duration toDie) {
        this.host = host;
        this.options = options;
        this.toDie = toDie;
    }

    /** Where a VM was found to be. */
    public enum State {
        /** On the new QEMU, managed by libvirt. */
        UPGRADED,
        /** On the old QEMU, as before. */
        UNDONE,
        /** It ended meanwhile: nothing is left to finish or to undo. */
        ENDED,
        /** The switch lost it, and neither QEMU is there any more. */
        LOST,
        /** It could not be brought into order; the journal keeps it. */
        UNSETTLED
    }

    /**
     * What was done about one VM.
     *
     * @param entry what was under way
     * @param state where the VM is now
     * @param message one sentence
     */
    public record Finding(JournalEntry entry, State state, String message) {
        /** Whether nobody needs to look after the VM any more. */
        public boolean healthy() {
            return state != State.UNSETTLED && state != State.LOST;
        }
    }

    /**
     * Goes through the journal.
     *
     * @throws JournalException if the journal cannot be read
     */
    public List<Finding> run() throws JournalException {
        List<Finding> findings = new ArrayList<>();
        for (JournalEntry entry : host.journal().open()) {
            findings.add(recover(entry));
        }
        return List.copyOf(findings);
    }

    /** One VM; nobody else may work on it or hold its lease. Never throws: what cannot be settled is a finding. */
    Finding recover(JournalEntry journaled) {
        JournalEntry entry = journaled;
        try {
            entry = withNewProcess(journaled);
            Finding finding = settle(entry);
            calm(finding);
            cleanUp(entry);
            return finding;
        } catch (IOException | QmpException | WindowRefusedException | JournalException e) {
            return new Finding(entry, State.UNSETTLED, Reason.of(e));
        }
    }

    /** A switch that was killed in the window has left its QEMUs going before others. */
    private void calm(Finding finding) throws IOException, QmpException {
        JournalEntry entry = finding.entry();
        if (entry.step() != Step.SWITCH) {
            return;
        }
        Qmp monitor = host.libvirt().monitor(entry.id().uuid());
        Path statusFile = Path.of(entry.statusLive());
        if (finding.state() == State.UPGRADED) {
            Urgency.end(entry.newProcess(), monitor, statusFile);
        } else if (finding.state() == State.UNDONE) {
            Urgency.end(entry.oldProcess(), monitor, statusFile);
        }
    }

    /** The engine may not have lived to be told which process its new QEMU is. */
    private static JournalEntry withNewProcess(JournalEntry entry) throws IOException {
        return entry.successor().isPresent()
                ? entry
                : StrayVmm.recorded(files(entry), entry.oldProcess())
                        .map(entry::launched)
                        .orElse(entry);
    }

    private Finding settle(JournalEntry entry)
            throws IOException, QmpException, WindowRefusedException, JournalException {
        if (entry.switcher() != null) {
            Deadline.after(SWITCH_TO_FINISH)
                    .await("the switch to finish", () -> !entry.switcher().alive());
        }
        Optional<SwitchResult> outcome = outcome(entry);
        Optional<SwitchResult.Kind> kind = outcome.map(SwitchResult::result);
        if (entry.step() == Step.ADOPT || kind.equals(Optional.of(SwitchResult.Kind.COMMITTED))) {
            return adopted(entry);
        }
        boolean rolledBack = kind.equals(Optional.of(SwitchResult.Kind.ROLLED_BACK));
        boolean perhapsSwitched = entry.step() == Step.SWITCH && !rolledBack;
        if (perhapsSwitched) {
            awaitDeathOfUncommitted(entry);
            if (freshLives(entry)) {
                return resolve(entry);
            }
        } else if (entry.newProcess() != null) {
            StrayVmm.end(entry.newProcess());
        }
        if (!entry.oldProcess().alive()) {
            return kind.equals(Optional.of(SwitchResult.Kind.LOST))
                    ? new Finding(
                            entry,
                            State.LOST,
                            "lost in the switch: " + outcome.get().message())
                    : new Finding(entry, State.ENDED, "it ended meanwhile; nothing to undo");
        }
        return undone(entry, perhapsSwitched);
    }

    /**
     * The old QEMU is the VM and the new one is gone: the old one's settings are put back.
     *
     * @param perhapsStopped whether the attempt may have left the guest stopped; otherwise, if it stands still, an
     *     operator wants it so
     */
    private Finding undone(JournalEntry entry, boolean perhapsStopped) throws IOException, QmpException {
        ForeignJob.refuse(Path.of(entry.statusLive()));
        Qmp old = host.libvirt().monitor(entry.id().uuid());
        GraftMethods.of(entry.method()).withdraw(old);
        if (perhapsStopped && entry.running() && STOPPED_BY_MIGRATION.contains(status(old))) {
            old.execute("cont");
        }
        return new Finding(entry, State.UNDONE, "undone: it runs on QEMU " + entry.oldVersion());
    }

    private Finding adopted(JournalEntry entry) throws IOException, WindowRefusedException, JournalException {
        if (!freshLives(entry)) {
            return endedSince(entry);
        }
        try {
            return managed(entry);
        } catch (IOException e) {
            // Its status file may have been damaged before libvirtd read it; the switch puts it in place once more.
            return resolve(entry);
        }
    }

    private static Finding endedSince(JournalEntry entry) {
        return new Finding(entry, State.ENDED, "it was upgraded and has ended since");
    }

    private Finding managed(JournalEntry entry) throws IOException {
        Adoption.verify(host, entry.id(), entry.newProcess(), files(entry));
        return freshLives(entry)
                ? new Finding(entry, State.UPGRADED, "finished: it runs on QEMU " + entry.newVersion())
                : endedSince(entry);
    }

    /** Nobody knows on which side the VM is; the switch looks at both and decides. */
    private Finding resolve(JournalEntry entry) throws IOException, WindowRefusedException, JournalException {
        SwitchFiles files = files(entry);
        restoreStatusNext(files);
        SwitchVm vm = new SwitchVm(
                entry.id(),
                entry.oldProcess(),
                entry.newProcess(),
                Path.of(entry.monitor()),
                entry.running(),
                GraftMethods.of(entry.method()).switchCommands(sockets(entry)),
                AfterSwitch.read(files),
                List.of(),
                files);
        Window.Outcome outcome;
        try (Window window = Window.armToResolve(host.windowSettings(options), List.of(vm))) {
            // Should we die now, the next recovery waits for it.
            host.journal().write(entry.resolvedBy(window.process()));
            outcome = window.go();
        }
        host.reconnect();
        if (outcome.results().isEmpty()) {
            throw new IOException("the switch did not say where the VM is: " + outcome.trouble());
        }
        SwitchResult result = outcome.results().get(0);
        return switch (result.result()) {
            case COMMITTED -> managed(entry);
            case ROLLED_BACK -> new Finding(entry, State.UNDONE, "undone: it runs on QEMU " + entry.oldVersion());
            case LOST -> throw new IOException("neither QEMU could be made to run the VM: " + result.message());
        };
    }

    private static void restoreStatusNext(SwitchFiles files) throws IOException {
        if (Files.notExists(files.statusNext()) && Files.exists(files.statusKept())) {
            Files.copy(files.statusKept(), files.statusNext());
        }
    }

    private void awaitDeathOfUncommitted(JournalEntry entry) {
        try {
            Deadline.after(toDie).await("the new QEMU to end", () -> !freshLives(entry));
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
