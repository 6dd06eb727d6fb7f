// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QemuLogTest {
    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void aLogOfTheOldProcess() throws IOException {
        file = Files.writeString(directory.resolve("vm.log"), "qemu-system-x86_64: warning of the old one\n");
    }

    private void write(String lines) throws IOException {
        Files.writeString(file, lines, StandardOpenOption.APPEND);
    }

    @Test
    void whatWasThereBeforeIsNotTheNewOnes() {
        assertThat(QemuLog.mark(directory, "vm").lastLine()).isEmpty();
    }

    @Test
    void theLastThingThatQemuSaidCounts() throws IOException {
        QemuLog log = QemuLog.mark(directory, "vm");
        write("""
                2026-11-22T10:00:00.000000Z qemu-system-x86_64: warning: deprecated
                2026-11-22T10:00:00.100000Z qemu-system-x86_64: -device e1000: no such romfile
                char device redirected to /dev/pts/1 (label charserial0)
                """);

        assertThat(log.lastLine()).isEqualTo("-device e1000: no such romfile");
    }

    @Test
    void aLogThatBeginsWithTheNewProcess() throws IOException {
        QemuLog log = QemuLog.mark(directory, "other");
        Files.writeString(directory.resolve("other.log"), "qemu-system-x86_64: cannot start\n");

        assertThat(log.lastLine()).isEqualTo("cannot start");
    }

    @Test
    void aLogThatWasRotatedMeanwhile() throws IOException {
        QemuLog log = QemuLog.mark(directory, "vm");
        Files.writeString(file, "short\n");

        assertThat(log.lastLine()).isEmpty();
    }

    @Test
    void aNameWithASlashLeadsNowhereElse() throws IOException {
        Path below = Files.createDirectory(directory.resolve("below"));

        QemuLog log = QemuLog.mark(below, "../vm");
        write("qemu-system-x86_64: of another VM\n");

        assertThat(log.lastLine()).isEmpty();
    }
}
