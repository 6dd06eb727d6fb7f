// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.orthus.engine.adopt.Window;
import io.orthus.engine.journal.Journal;
import io.orthus.engine.journal.JournalEntry;
import io.orthus.engine.journal.Step;
import io.orthus.engine.json.Json;
import io.orthus.engine.libvirt.LibvirtHost;
import io.orthus.engine.model.Vms;
import io.orthus.engine.qmp.Qmp;
import io.orthus.engine.sys.LineChild;
import io.orthus.engine.sys.ProcessId;
import io.orthus.engine.upgrade.Recovery.State;
import io.orthus.engine.vmm.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RecoveryTest {
    private static final ProcessId DEAD = Vms.NO_PROCESS;
    private static final String CLOSED = "{\"event\":\"window-closed\",\"t\":1}";

    @TempDir
    private Path directory;

    private final Host host = mock(Host.class);
    private final Qmp monitor = mock(Qmp.class);
    private Journal journal;
    private ProcessId alive;

    @BeforeEach
    void aHost() throws Exception {
        alive = ProcessId.of(Math.toIntExact(ProcessHandle.current().pid()));
        journal = new Journal(directory.resolve("journal"));
        LibvirtHost libvirt = mock(LibvirtHost.class);
        when(host.journal()).thenReturn(journal);
        when(host.libvirt()).thenReturn(libvirt);
        when(libvirt.monitor(any())).thenReturn(monitor);
        when(monitor.execute(any(), any())).thenReturn(new JsonObject());
        when(monitor.execute("query-migrate")).thenReturn(new JsonObject());
        when(monitor.execute("query-cpus-fast")).thenReturn(new JsonArray());
        guestIs("running");
    }

    private void guestIs(String status) throws Exception {
        when(monitor.execute("query-status"))
                .thenReturn(Json.object().put("status", status).build());
    }

    private Recovery.Finding recover(Step step, ProcessId old, ProcessId fresh, String outcome) throws Exception {
        Path run = Files.createDirectories(directory.resolve("run"));
        JournalEntry entry = new JournalEntry(
                Vms.id("a"),
                step,
                Method.CPR_TRANSFER,
                old,
                "10.0.2",
                fresh,
                "/q",
                "11.1.3",
                true,
                directory.resolve("monitor.sock").toString(),
                directory.resolve("a.xml").toString(),
                run.toString(),
                null,
                1);
        journal.write(entry);
        if (!outcome.isEmpty()) {
            String line = Json.object()
                    .put("uuid", entry.id().uuid().toString())
                    .put("result", outcome)
                    .put("message", "why")
                    .build()
                    .toString();
            Files.writeString(run.resolve("outcome"), line);
        }
        return new Recovery(host, Options.defaults(), Duration.ZERO).run().get(0);
    }

    /** A shell script stands for orthus-switch. */
    private void theSwitchSays(String... lines) throws Exception {
        Path program = directory.resolve("switch");
        StringBuilder script = new StringBuilder("""
                #!/bin/sh
                read -r document
                cat > "$0.document" <<END
                $document
                END
                echo '{"event":"armed"}'
                read -r go
                """);
        for (String line : lines) {
            script.append("echo '").append(line).append("'\n");
        }
        Files.writeString(program, script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        when(host.windowSettings(any()))
                .thenReturn(new Window.Settings(
                        program, Path.of("/gate"), directory, Optional.empty(), Duration.ofMillis(500)));
    }

    private static String settled(String result) {
        return "{\"event\":\"vm\",\"uuid\":\"%s\",\"result\":\"%s\",\"message\":\"why\"}"
                .formatted(Vms.id("a").uuid(), result);
    }

    @ParameterizedTest
    @CsvSource({"committed, UPGRADED", "rolled-back, UNDONE"})
    void whenNobodyKnowsTheSwitchFindsOut(String result, State state) throws Exception {
        theSwitchSays(settled(result), CLOSED);

        assertThat(recover(Step.SWITCH, alive, alive, "").state()).isEqualTo(state);
        JsonObject document = Json.parseObject(Files.readString(directory.resolve("switch.document")), "sent");
        assertThat(document.get("resolve").getAsBoolean()).isTrue();
        verify(host).reconnect();
        assertThat(journal.open()).isEmpty();
    }

    @Test
    void whatTheSwitchLosesStaysInTheJournal() throws Exception {
        theSwitchSays(settled("lost"), CLOSED);

        Recovery.Finding finding = recover(Step.SWITCH, alive, alive, "");
        assertThat(finding.state()).isEqualTo(State.UNSETTLED);
        assertThat(finding.message()).contains("neither QEMU", "why");
        assertThat(journal.open()).hasSize(1);
    }

    @Test
    void aSwitchThatSaysNothingSettlesNothing() throws Exception {
        theSwitchSays();

        Recovery.Finding finding = recover(Step.SWITCH, alive, alive, "");
        assertThat(finding.state()).isEqualTo(State.UNSETTLED);
        assertThat(finding.message()).contains("did not say where the VM is");
        assertThat(journal.open()).hasSize(1);
    }

    /** The first switch may have renamed the status file before it was killed. */
    @Test
    void theSwitchIsGivenTheStatusFileAgain() throws Exception {
        theSwitchSays(settled("lost"), CLOSED);
        Path run = Files.createDirectories(directory.resolve("run"));
        Files.writeString(run.resolve("status.kept"), "as prepared");

        recover(Step.SWITCH, alive, alive, "");
        assertThat(run.resolve("status.next")).hasContent("as prepared");
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"LAUNCH", "PREPARE"})
    void aNewOneThatWasNeverSwitchedToMustNotStay(Step step) throws Exception {
        try (LineChild fresh = LineChild.start(List.of("cat"))) {
            ProcessId process = ProcessId.of(fresh.pid());
            assertThat(recover(step, alive, process, "").state()).isEqualTo(State.UNDONE);
            assertThat(process.alive()).isFalse();
        }
    }

    @Test
    void aNewOneThatOutlivesARollbackMustNotStay() throws Exception {
        try (LineChild fresh = LineChild.start(List.of("cat"))) {
            ProcessId process = ProcessId.of(fresh.pid());
            assertThat(recover(Step.SWITCH, alive, process, "rolled-back").state())
                    .isEqualTo(State.UNDONE);
            assertThat(process.alive()).isFalse();
        }
    }

    @Test
    void aNewOneThatNobodyWasToldOfMustNotStay() throws Exception {
        try (LineChild fresh = LineChild.start(List.of("cat"))) {
            ProcessId process = ProcessId.of(fresh.pid());
            Path run = Files.createDirectories(directory.resolve("run"));
            Files.writeString(run.resolve("new"), process.toJson().toString());
            assertThat(recover(Step.LAUNCH, alive, null, "").state()).isEqualTo(State.UNDONE);
            assertThat(process.alive()).isFalse();
        }
    }

    /** An upgrade that was never tidied up has left its record; what it names is the VM by now. */
    @Test
    void theVmIsNotTakenForANewOne() throws Exception {
        try (LineChild vm = LineChild.start(List.of("cat"))) {
            ProcessId process = ProcessId.of(vm.pid());
            Path run = Files.createDirectories(directory.resolve("run"));
            Files.writeString(run.resolve("new"), process.toJson().toString());
            assertThat(recover(Step.LAUNCH, process, null, "").state()).isEqualTo(State.UNDONE);
            assertThat(process.alive()).isTrue();
        }
    }

    /** Should the recovery be killed, the next one waits for the switch that it has started. */
    @Test
    void theSwitchThatFindsOutIsInTheJournal() throws Exception {
        theSwitchSays(settled("lost"), CLOSED);

        recover(Step.SWITCH, alive, alive, "");
        JournalEntry entry = journal.open().get(0);
        assertThat(entry.switcher()).isNotNull();
        assertThat(entry.step()).isEqualTo(Step.SWITCH);
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"LAUNCH", "PREPARE", "SWITCH"})
    void theOldOneLivesAndTheNewOneIsGone(Step step) throws Exception {
        assertThat(recover(step, alive, DEAD, "").state()).isEqualTo(State.UNDONE);
        verify(monitor).execute(eq("migrate-set-parameters"), any());
        assertThat(journal.open()).isEmpty();
        assertThat(directory.resolve("run")).doesNotExist();
    }

    @Test
    void nothingWasStartedYet() throws Exception {
        assertThat(recover(Step.LAUNCH, alive, null, "").state()).isEqualTo(State.UNDONE);
    }

    @ParameterizedTest
    @EnumSource(Step.class)
    void bothAreGone(Step step) throws Exception {
        Recovery.Finding finding = recover(step, DEAD, DEAD, "");
        assertThat(finding.state()).isEqualTo(State.ENDED);
        assertThat(finding.healthy()).isTrue();
        assertThat(journal.open()).isEmpty();
    }

    @Test
    void lostInTheSwitchIsToldOnce() throws Exception {
        Recovery.Finding finding = recover(Step.SWITCH, DEAD, DEAD, "lost");
        assertThat(finding.state()).isEqualTo(State.LOST);
        assertThat(finding.message()).contains("why");
        assertThat(finding.healthy()).isFalse();
        assertThat(journal.open()).isEmpty();
    }

    @Test
    void committedAndManaged() throws Exception {
        assertThat(recover(Step.SWITCH, DEAD, alive, "committed").state()).isEqualTo(State.UPGRADED);
        assertThat(recover(Step.ADOPT, DEAD, alive, "").state()).isEqualTo(State.UPGRADED);
    }

    @Test
    void committedAndShutDownSince() throws Exception {
        assertThat(recover(Step.SWITCH, DEAD, DEAD, "committed").state()).isEqualTo(State.ENDED);
    }

    @Test
    void aGuestThatTheSwitchLeftStoppedIsResumed() throws Exception {
        guestIs("postmigrate");
        assertThat(recover(Step.SWITCH, alive, DEAD, "").state()).isEqualTo(State.UNDONE);
        verify(monitor).execute("cont");
    }

    @Test
    void aGuestThatAnOperatorSuspendedStaysSuspended() throws Exception {
        guestIs("paused");
        recover(Step.PREPARE, alive, DEAD, "");
        recover(Step.SWITCH, alive, DEAD, "rolled-back");
        verify(monitor, never()).execute("cont");
    }

    @Test
    void whatCannotBeSettledStaysInTheJournal() throws Exception {
        when(monitor.execute("query-migrate")).thenThrow(new java.io.IOException("libvirt is gone"));
        Recovery.Finding finding = recover(Step.PREPARE, alive, DEAD, "");
        assertThat(finding.state()).isEqualTo(State.UNSETTLED);
        assertThat(finding.message()).isEqualTo("libvirt is gone");
        assertThat(journal.open()).hasSize(1);
    }
}
