// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.agent;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a command in a unit of its own has said.
 *
 * @param out its standard output, which is one JSON object if it came to its end
 * @param err its progress, and at the end why it failed
 */
record CommandFiles(Path out, Path err) {
    /** What it reports; empty if it ended before it could. */
    Optional<JsonObject> report() throws IOException {
        return Files.exists(out) ? EngineJson.parse(Files.readString(out)) : Optional.empty();
    }

    /** The last that it said, for the operator; empty if it said nothing. */
    String lastLine() throws IOException {
        List<String> lines = Files.exists(err) ? Files.readAllLines(err) : List.of();
        return lines.isEmpty() ? "" : lines.get(lines.size() - 1).strip();
    }

    void delete() throws IOException {
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
    }
}
