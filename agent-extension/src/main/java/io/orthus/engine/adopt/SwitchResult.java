// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.adopt;

import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.json.JsonException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What orthus-switch did with one VM.
 *
 * @param uuid which VM
 * @param result how it ended
 * @param step where it ended, as the switch calls it
 * @param message one sentence, empty for a success
 * @param stopped when the old QEMU stopped the guest, by QEMU's own time stamp; empty if it did not run
 * @param resumed when a QEMU let it run again, the new one if it is committed
 */
public record SwitchResult(
        UUID uuid, Kind result, String step, String message, Optional<Instant> stopped, Optional<Instant> resumed) {
    /** How a VM left the window. */
    public enum Kind {
        /** The new QEMU runs it. */
        COMMITTED,
        /** The old QEMU runs it, as before. */
        ROLLED_BACK,
        /** Neither does. */
        LOST
    }

    /** Reads one {@code vm} line or an {@code outcome} file. */
    public static SwitchResult of(JsonObject line) throws JsonException {
        Kind kind =
                switch (Json.getString(line, "result")) {
                    case "committed" -> Kind.COMMITTED;
                    case "rolled-back" -> Kind.ROLLED_BACK;
                    default -> Kind.LOST;
                };
        return new SwitchResult(
                UUID.fromString(Json.getString(line, "uuid")),
                kind,
                text(line, "step"),
                text(line, "message"),
                moment(line, "stopNs"),
                moment(line, "resumeNs"));
    }

    /** How long the guest stood still. */
    public Optional<Duration> pause() {
        return stopped.flatMap(
                stop -> resumed.filter(resume -> !resume.isBefore(stop)).map(resume -> Duration.between(stop, resume)));
    }

    private static Optional<Instant> moment(JsonObject line, String name) {
        long nanos = isPrimitive(line, name) ? line.get(name).getAsLong() : 0;
        return nanos > 0 ? Optional.of(Instant.ofEpochSecond(0, nanos)) : Optional.empty();
    }

    private static boolean isPrimitive(JsonObject line, String name) {
        return line.has(name) && line.get(name).isJsonPrimitive();
    }

    private static String text(JsonObject line, String name) {
        return isPrimitive(line, name) ? line.get(name).getAsString() : "";
    }
}
