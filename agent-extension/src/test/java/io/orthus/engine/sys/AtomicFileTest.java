// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    private Path directory;

    private Stream<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).toList().stream();
        }
    }

    @Test
    void writesContentAndPermissions() throws IOException {
        Path file = directory.resolve("journal");

        AtomicFile.write(file, "first ü", "rw-rw-rw-");
        AtomicFile.write(file, "second", "rw-r--r--");

        assertThat(file).hasContent("second");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r--r--");
        assertThat(names()).containsExactly("journal");
    }

    @Test
    void permissionsDoNotDependOnTheUmask() throws IOException {
        Path file = directory.resolve("open");

        AtomicFile.write(file, "", "rw-rw-rw-");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-rw-rw-");
    }

    @Test
    void theOldFileIsReplacedNotChanged() throws IOException {
        Path file = directory.resolve("status");
        AtomicFile.write(file, "old", "rw-------");
        Path other = Files.createLink(directory.resolve("hard link"), file);

        AtomicFile.write(file, "new", "rw-------");

        assertThat(other).hasContent("old");
        assertThat(file).hasContent("new");
    }

    @Test
    void aFailureLeavesNothingBehind() throws IOException {
        Path occupied =
                Files.createDirectories(directory.resolve("occupied/child")).getParent();

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> AtomicFile.write(occupied, "x", "rw-------"));
        assertThat(names()).containsExactly("occupied");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> AtomicFile.write(directory.resolve("missing/file"), "x", "rw-------"));
    }

    @Test
    void deletesWhatIsThere() throws IOException {
        Path file = directory.resolve("gone");
        AtomicFile.write(file, "x", "rw-------");

        AtomicFile.delete(file);
        AtomicFile.delete(file);

        assertThat(file).doesNotExist();
    }
}
