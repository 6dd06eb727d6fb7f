// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.adopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.orthus.engine.adopt.SwitchVm.ThreadPair;
import io.orthus.engine.graft.SwitchCommands;
import io.orthus.engine.json.Json;
import io.orthus.engine.model.VmId;
import io.orthus.engine.sys.ProcessId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowTest {
    private static final String UUID_1 = "11111111-2222-3333-4444-555555555555";
    private static final String COMMITTED =
            "{\"event\":\"vm\",\"uuid\":\"%s\",\"result\":\"committed\",\"stopNs\":100,\"resumeNs\":350}"
                    .formatted(UUID_1);

    @TempDir
    private Path directory;

    private Window.Settings switchThat(String script) throws IOException {
        Path program = directory.resolve("switch");
        Files.writeString(
                program, "#!/bin/sh\nread -r document\nprintf '%s' \"$document\" > \"$0.document\"\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return new Window.Settings(
                program, Path.of("/gate"), Path.of("/status"), Optional.empty(), Duration.ofMillis(500));
    }

    private static String say(String line) {
        return "echo '" + line + "'\n";
    }

    private static String armedThen(String script) {
        return say("{\"event\":\"armed\"}") + "read -r go || exit 1\n[ \"$go\" = go ] || exit 2\n" + script;
    }

    private static SwitchVm vm(boolean stopsEarly) {
        return new SwitchVm(
                new VmId(UUID.fromString(UUID_1), "vm\"1"),
                new ProcessId(1, 2),
                new ProcessId(3, 4),
                Path.of("/m.sock"),
                true,
                new SwitchCommands(
                        List.of(Json.object().put("execute", "a").build()), List.of(), List.of(), stopsEarly),
                List.of(),
                List.of(new ThreadPair(5, 6)),
                new SwitchFiles(Path.of("/run/v"), Path.of("/status/vm.xml"), Path.of("/status/vm.pid")));
    }

    @Test
    void theDocumentIsAsTheContractHasIt() throws Exception {
        Window.Settings settings = switchThat(armedThen(say("{\"event\":\"window-closed\",\"t\":0}")));
        try (Window window = Window.arm(settings, List.of(vm(true)))) {
            window.go();
        }
        String expected = """
                { "gate": "/gate", "daemon": null, "statusDir": "/status", "deadlineMs": 500,
                  "vms": [ { "uuid": "11111111-2222-3333-4444-555555555555", "name": "vm\\"1",
                    "old": {"pid": 1, "starttime": 2}, "new": {"pid": 3, "starttime": 4},
                    "monitor": "/m.sock", "lease": "/run/v/lease", "expect": "running",
                    "startNew": [{"execute": "a"}], "startOld": [], "rollbackOld": [], "afterNew": [],
                    "status": {"live": "/status/vm.xml", "base": "/run/v/status.base", "next": "/run/v/status.next"},
                    "pidfile": "/status/vm.pid", "outcome": "/run/v/outcome",
                    "threads": [{"old": 5, "new": 6}], "stopsEarly": true } ] }
                """;
        String document = Files.readString(directory.resolve("switch.document"));
        assertThat(Json.parseObject(document, "sent")).isEqualTo(Json.parseObject(expected, "expected"));
    }

    @Test
    void tellsWhatBecameOfEachVm() throws Exception {
        Window.Settings settings = switchThat(armedThen(say("{\"event\":\"window-open\",\"t\":1000}")
                + say(COMMITTED)
                + say("{\"event\":\"window-closed\",\"t\":1500}")));
        try (Window window = Window.arm(settings, List.of(vm(false)))) {
            assertThat(window.process().alive()).isTrue();
            Window.Outcome outcome = window.go();

            assertThat(outcome.outage()).contains(Duration.ofNanos(500));
            assertThat(outcome.trouble()).isEmpty();
            assertThat(outcome.results()).singleElement().satisfies(result -> {
                assertThat(result.result()).isEqualTo(SwitchResult.Kind.COMMITTED);
                assertThat(result.pause()).contains(Duration.ofNanos(250));
            });
        }
    }

    @Test
    void aSwitchThatDoesNotAcceptIsARefusal() throws IOException {
        Window.Settings settings = switchThat(say("{\"event\":\"error\",\"message\":\"no new QEMU\"}"));
        assertThatExceptionOfType(WindowRefusedException.class)
                .isThrownBy(() -> Window.arm(settings, List.of(vm(false))))
                .withMessage("no new QEMU");
    }

    @Test
    void aSwitchThatDiesBeforeItIsArmed() throws IOException {
        Window.Settings settings = switchThat("echo broken >&2; exit 9\n");
        assertThatIOException()
                .isThrownBy(() -> Window.arm(settings, List.of(vm(false))))
                .withMessageContaining("broken");
    }

    @Test
    void aRefusalAfterGoLeftEverythingAsItWas() throws Exception {
        Window.Settings settings = switchThat(armedThen(say("{\"event\":\"error\",\"message\":\"a job\"}")));
        try (Window window = Window.arm(settings, List.of(vm(false)))) {
            assertThatExceptionOfType(WindowRefusedException.class)
                    .isThrownBy(window::go)
                    .withMessage("a job");
        }
    }

    @Test
    void aSwitchThatDiesInTheWindowLeavesWhatItSaid() throws Exception {
        Window.Settings settings =
                switchThat(armedThen(say("{\"event\":\"window-open\",\"t\":1000}") + say(COMMITTED) + "exit 9\n"));
        try (Window window = Window.arm(settings, List.of(vm(false)))) {
            Window.Outcome outcome = window.go();
            assertThat(outcome.results()).hasSize(1);
            assertThat(outcome.outage()).isEmpty();
            assertThat(outcome.trouble()).contains("ended with exit status 9 and said nothing");
        }
    }

    @Test
    void closedWithoutGoItEnds() throws Exception {
        ProcessId process;
        try (Window window = Window.arm(switchThat(armedThen("")), List.of(vm(false)))) {
            process = window.process();
        }
        assertThat(process.alive()).isFalse();
    }

    @Test
    void aPauseIsKnownOnlyFromBothStamps() throws Exception {
        SwitchResult result = SwitchResult.of(Json.parseObject(
                "{\"uuid\":\"%s\",\"result\":\"rolled-back\",\"stopNs\":5,\"resumeNs\":null}".formatted(UUID_1), "x"));
        assertThat(result.result()).isEqualTo(SwitchResult.Kind.ROLLED_BACK);
        assertThat(result.pause()).isEmpty();
        assertThat(result.message()).isEmpty();
    }
}
