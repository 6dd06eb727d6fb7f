// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.adopt;

import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.json.JsonException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * What orthus-switch did with one VM.
 *
 * @param uuid which VM
 * @param result how it ended
 * @param step where it ended, as the switch calls it
 * @param message one sentence, empty for a success
 * @param pause from {@code STOP} of the old to {@code RESUME} of the new QEMU, by QEMU's own clock stamps
 */
public record SwitchResult(UUID uuid, Kind result, String step, String message, Optional<Duration> pause) {
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
                pause(line));
    }

    private static Optional<Duration> pause(JsonObject line) {
        if (!isNumber(line, "stopNs") || !isNumber(line, "resumeNs")) {
            return Optional.empty();
        }
        long stop = line.get("stopNs").getAsLong();
        long resume = line.get("resumeNs").getAsLong();
        return stop > 0 && resume >= stop ? Optional.of(Duration.ofNanos(resume - stop)) : Optional.empty();
    }

    private static boolean isNumber(JsonObject line, String name) {
        return line.has(name) && line.get(name).isJsonPrimitive();
    }

    private static String text(JsonObject line, String name) {
        return isNumber(line, name) ? line.get(name).getAsString() : "";
    }
}
