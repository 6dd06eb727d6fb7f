// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.orthus.engine.json.Json;
import io.orthus.engine.json.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessIdTest {
    @TempDir
    private Path root;

    private void stat(String state, long starttime) throws IOException {
        Path directory = Files.createDirectories(root.resolve("7"));
        Files.writeString(
                directory.resolve("stat"),
                "7 (a) R (b) " + state + " 1 7 7 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 " + starttime
                        + " 100 10 18446744073\n");
    }

    @Test
    void thisProcessIsAliveUntilItsStartTimeDiffers() throws IOException {
        ProcessId self = ProcessId.of(Math.toIntExact(ProcessHandle.current().pid()));

        assertThat(self.alive()).isTrue();
        assertThat(new ProcessId(self.pid(), self.starttime() + 1).alive()).isFalse();
    }

    @Test
    void isKilledOnlyIfItIsTheOneThatIsMeant() throws IOException {
        try (LineChild child = LineChild.start(List.of("cat"))) {
            ProcessId id = ProcessId.of(child.pid());

            new ProcessId(id.pid(), id.starttime() + 1).kill();
            child.writeLine("still here");
            assertThat(child.readLine(Deadline.after(Duration.ofSeconds(20)))).contains("still here");

            id.kill();
            assertThat(child.waitExit(Deadline.after(Duration.ofSeconds(20)))).isEqualTo(128 + 9);
            id.kill();
        }
    }

    @Test
    void itsAgeIsCountedFromTheStartOfTheHost() throws IOException {
        Files.writeString(root.resolve("uptime"), "20.50 31.00\n");

        assertThat(new ProcessId(7, 1234).age(root)).isEqualTo(Duration.ofMillis(20_500 - 12_340));
    }

    @Test
    void aProcessThatHasEndedIsNotAlive() throws IOException {
        ProcessId id;
        try (LineChild child = LineChild.start(List.of("cat"))) {
            id = ProcessId.of(child.pid());
            assertThat(id.alive()).isTrue();
        }

        assertThat(id.alive()).isFalse();
        assertThatExceptionOfType(NoSuchProcessException.class)
                .isThrownBy(() -> Proc.of(id))
                .withMessage("process " + id.pid() + " does not exist");
    }

    @Test
    void aZombieIsNotAlive() throws IOException {
        stat("S", 1234);
        ProcessId id = Proc.of(root, 7).id();
        assertThat(id).isEqualTo(new ProcessId(7, 1234));
        assertThat(id.alive(root)).isTrue();

        stat("Z", 1234);
        assertThat(id.alive(root)).isFalse();
    }

    @Test
    void aRecycledPidIsNotAlive() throws IOException {
        stat("S", 1234);
        ProcessId id = Proc.of(root, 7).id();

        stat("S", 1235);
        assertThat(id.alive(root)).isFalse();
    }

    @Test
    void goesThroughJson() throws JsonException {
        ProcessId id = new ProcessId(4711, 123456);

        assertThat(id.toJson()).hasToString("{\"pid\":4711,\"starttime\":123456}");
        assertThat(ProcessId.fromJson(id.toJson())).isEqualTo(id);
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> ProcessId.fromJson(
                        Json.object().put("pid", 0).put("starttime", 1).build()));
        assertThatIllegalArgumentException().isThrownBy(() -> new ProcessId(-1, 1));
    }
}
