// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FifoTest {
    @TempDir
    private Path directory;

    @Test
    void makesAFifoWithThesePermissions() throws IOException {
        Path fifo = directory.resolve("lease ü");

        Fifo.create(fifo, "rw-rw-rw-");

        int mode = (Integer) Files.getAttribute(fifo, "unix:mode");
        assertThat(mode & 0170000).isEqualTo(0010000);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(fifo)))
                .isEqualTo("rw-rw-rw-");
    }

    @Test
    void aReaderSeesTheEndWhenTheHolderLetsGo() throws IOException {
        Path fifo = directory.resolve("lease");
        Fifo.create(fifo, "rw-------");

        try (LineChild reader = LineChild.start(List.of("cat", fifo.toString()))) {
            try (FileChannel holder = Fifo.hold(fifo)) {
                assertThat(holder.write(ByteBuffer.wrap(new byte[] {'K', '\n'})))
                        .isEqualTo(2);
                assertThat(reader.readLine(Deadline.after(Duration.ofSeconds(20))))
                        .contains("K");
            }
            // cat ends at the end of the file, which comes only when nobody holds the writing end.
            assertThat(reader.waitExit(Deadline.after(Duration.ofSeconds(20)))).isZero();
        }
    }

    @Test
    void doesNotTakeWhatIsThere() throws IOException {
        Path taken = Files.createFile(directory.resolve("taken"));

        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> Fifo.create(taken, "rw-------"));
    }

    @Test
    void saysWhyItCannot() {
        Path nowhere = directory.resolve("missing/lease");

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Fifo.create(nowhere, "rw-------"))
                .withMessage("cannot make the FIFO " + nowhere + ": No such file or directory");
    }
}
