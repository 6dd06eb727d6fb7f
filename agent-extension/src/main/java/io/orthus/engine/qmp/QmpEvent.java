// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.qmp;

import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.json.JsonException;
import java.util.concurrent.TimeUnit;

/**
 * Something that QEMU told on its own.
 *
 * @param name for example {@code STOP}
 * @param data empty if the event has none
 * @param nanos when it happened by QEMU's own clock: CLOCK_REALTIME in nanoseconds, known to the microsecond
 */
public record QmpEvent(String name, JsonObject data, long nanos) {

    static QmpEvent from(JsonObject message) throws JsonException {
        JsonObject timestamp = Json.getObject(message, "timestamp");
        long nanos = TimeUnit.SECONDS.toNanos(Json.getLong(timestamp, "seconds"))
                + TimeUnit.MICROSECONDS.toNanos(Json.getLong(timestamp, "microseconds"));
        JsonObject data = Json.find(message, "data").isPresent() ? Json.getObject(message, "data") : new JsonObject();
        return new QmpEvent(Json.getString(message, "event"), data, nanos);
    }
}
