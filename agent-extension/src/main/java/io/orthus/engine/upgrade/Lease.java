// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import io.orthus.engine.sys.Fifo;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Keeps an uncommitted QEMU alive as long as this process lives: orthus-vmm-exec reads the FIFO and kills the new QEMU
 * when the last writer is gone.
 */
final class Lease implements AutoCloseable {
    private final FileChannel writer;

    private Lease(FileChannel writer) {
        this.writer = writer;
    }

    /** Creates the FIFO and holds its writing end. */
    static Lease create(Path fifo) throws IOException {
        Files.deleteIfExists(fifo);
        Fifo.create(fifo, "rw-------");
        return new Lease(Fifo.hold(fifo));
    }

    /** Lets go. Unless the switch holds the lease or has said to keep it, the new QEMU is killed. */
    @Override
    public void close() throws IOException {
        writer.close();
    }
}
