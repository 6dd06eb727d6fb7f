// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.orthus.engine.model.VmId;
import io.orthus.engine.model.Vms;
import io.orthus.engine.sys.ProcessId;
import io.orthus.engine.vmm.Method;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTest {
    @TempDir
    private Path directory;

    private static JournalEntry entry(String name) {
        VmId id = Vms.id(name);
        return new JournalEntry(
                id,
                Step.LAUNCH,
                Method.CPR_TRANSFER,
                new ProcessId(10, 20),
                "10.0.2",
                null,
                "/q",
                "11.1.3",
                true,
                "/m.sock",
                "/s.xml",
                "/run",
                null,
                5);
    }

    @Test
    void readsBackWhatItWrote() throws Exception {
        Journal journal = new Journal(directory.resolve("journal"));
        assertThat(journal.open()).isEmpty();
        JournalEntry entry =
                entry("../../etc/passwd").launched(new ProcessId(11, 21)).switching(new ProcessId(12, 22));

        journal.write(entry);

        assertThat(journal.open()).containsExactly(entry);
        Path file = directory.resolve("journal/" + entry.id().uuid() + ".json");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void closesOneAndKeepsTheOthers() throws Exception {
        Journal journal = new Journal(directory);
        journal.write(entry("a"));
        journal.write(entry("b"));

        journal.close(entry("a").id().uuid());
        journal.close(entry("a").id().uuid());

        assertThat(journal.open()).containsExactly(entry("b"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "{}", "[]", "{\"oldProcess\":{\"pid\":-1,\"starttime\":1}}", "{\"id\":{\"uuid\":\"x\"}}"
            })
    void neverSkipsAnEntryThatItCannotRead(String content) throws IOException {
        Path file = Files.writeString(directory.resolve("x.json"), content);

        assertThatExceptionOfType(JournalException.class)
                .isThrownBy(() -> new Journal(directory).open())
                .withMessageContaining(file.toString());
    }

    @Test
    void saysThatItCannotWrite() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");

        assertThatExceptionOfType(JournalException.class)
                .isThrownBy(() -> new Journal(file).write(entry("a")))
                .withMessageContaining("cannot be written");
    }
}
