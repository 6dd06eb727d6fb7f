// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.journal;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.orthus.engine.sys.AtomicFile;
import io.orthus.engine.sys.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What is under way, one file per VM, on stable storage before it is done. Names of files are UUIDs, never names that a
 * user chose. Thread-safe for different VMs.
 */
public final class Journal {
    private static final String SUFFIX = ".json";
    private static final String OWNER_ONLY = "rw-------";

    private final Path directory;
    private final Gson gson = new GsonBuilder().setPrettyPrinting().create();

    /**
     * Uses a directory, which need not exist yet.
     *
     * @param directory must survive a crash of the host, so not on a tmpfs
     */
    public Journal(Path directory) {
        this.directory = directory;
    }

    /**
     * Writes an entry and returns when it is on stable storage.
     *
     * @throws JournalException if it could not be written; the step must then not begin
     */
    public void write(JournalEntry entry) throws JournalException {
        Path file = file(entry.id().uuid());
        try {
            Files.createDirectories(directory);
            AtomicFile.write(file, gson.toJson(entry), OWNER_ONLY);
        } catch (IOException e) {
            throw new JournalException("the journal %s cannot be written: %s".formatted(file, Reason.of(e)), e);
        }
    }

    /**
     * Removes a VM's entry: nothing is under way any more.
     *
     * @throws JournalException if it is still there; recovery will then look at the VM once more, which does no harm
     */
    public void close(UUID vm) throws JournalException {
        try {
            AtomicFile.delete(file(vm));
        } catch (IOException e) {
            throw new JournalException("the journal %s cannot be removed: %s".formatted(file(vm), Reason.of(e)), e);
        }
    }

    /**
     * Reads what is under way.
     *
     * @throws JournalException if the directory or an entry cannot be read; an unreadable entry is never skipped in
     *     silence, because it stands for a VM that may need help
     */
    public List<JournalEntry> open() throws JournalException {
        List<JournalEntry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(SUFFIX)).sorted().toList()) {
                entries.add(read(file));
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new JournalException("the journal %s cannot be read: %s".formatted(directory, Reason.of(e)), e);
        }
        return List.copyOf(entries);
    }

    private JournalEntry read(Path file) throws IOException, JournalException {
        JournalEntry entry;
        try {
            entry = gson.fromJson(Files.readString(file), JournalEntry.class);
        } catch (RuntimeException e) {
            // Gson, or a record that was given values it does not allow.
            throw new JournalException(unusable(file, "damaged: " + Reason.of(e)), e);
        }
        if (entry == null || !entry.complete()) {
            throw new JournalException(unusable(file, "incomplete"), null);
        }
        return entry;
    }

    private static String unusable(Path file, String why) {
        return "the journal %s is %s; see whether the VM runs, then remove the file".formatted(file, why);
    }

    private Path file(UUID vm) {
        return directory.resolve(vm + SUFFIX);
    }
}
