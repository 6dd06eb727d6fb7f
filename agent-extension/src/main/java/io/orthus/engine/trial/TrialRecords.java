// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.trial;

import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.sys.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Results of trials, one file each, named by a digest of what was tried. To have a trial repeated, remove its file.
 * Thread-safe.
 */
final class TrialRecords {
    private final Path directory;

    TrialRecords(Path directory) {
        this.directory = directory;
    }

    /**
     * What a trial said.
     *
     * @param refusal why the machine does not get over; empty if it does
     */
    record Result(Optional<String> refusal) {}

    /** The result of a trial that was made before. */
    Optional<Result> find(Trial trial) throws IOException {
        try {
            JsonObject found = Json.parseObject(Files.readString(directory.resolve(name(trial))), "result of a trial");
            return Optional.of(new Result(Json.find(found, "refusal").map(refusal -> refusal.getAsString())));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    void keep(Trial trial, Result result) throws IOException {
        Files.createDirectories(directory);
        var object = Json.object()
                .put("tried", Instant.now().toString())
                .put("source", trial.source().version().toString())
                .put("target", trial.target().version().toString())
                .put("method", trial.method().toString())
                .put("machine", trial.machine());
        result.refusal().ifPresent(refusal -> object.put("refusal", refusal));
        AtomicFile.write(directory.resolve(name(trial)), object.build().toString() + "\n", "rw-------");
    }

    private static String name(Trial trial) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(trial.subject().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16) + ".json";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
