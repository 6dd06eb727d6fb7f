// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.kvm;

import io.orthus.engine.json.Json;
import io.orthus.engine.json.JsonException;
import io.orthus.engine.sys.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The exchange of KVMs that is under way, if any, on stable storage before a module is touched. */
public final class ExchangeJournal {
    private final Path file;

    /** Keeps it in {@code file}. */
    public ExchangeJournal(Path file) {
        this.file = file;
    }

    /** Writes it and returns when it is on stable storage. */
    void write(ExchangeEntry entry) throws IOException {
        Files.createDirectories(file.getParent());
        AtomicFile.write(file, entry.toJson() + "\n", "rw-------");
    }

    /**
     * What is under way.
     *
     * @throws IOException if it cannot be read; it is never skipped in silence
     */
    public Optional<ExchangeEntry> open() throws IOException {
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(ExchangeEntry.fromJson(Json.parseObject(Files.readString(file), file.toString())));
        } catch (JsonException e) {
            throw new IOException(
                    "the journal %s is damaged: %s; see with 'orthus status' which KVMs are loaded, then"
                                    .formatted(file, e.getMessage())
                            + " remove the file",
                    e);
        }
    }

    /** Nothing is under way any more. */
    void close() throws IOException {
        AtomicFile.delete(file);
    }
}
