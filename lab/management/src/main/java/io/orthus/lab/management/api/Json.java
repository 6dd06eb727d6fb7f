// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.api;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.List;
import org.apache.cloudstack.api.BaseResponse;
import org.apache.cloudstack.api.response.ListResponse;

/** Answers as CloudStack writes them: no member for what is null, times with their zone. */
final class Json {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssZ").withZone(ZoneOffset.UTC);
    private static final Gson GSON = new GsonBuilder()
            .disableHtmlEscaping()
            .registerTypeAdapter(Date.class, (JsonSerializer<Date>)
                    (date, type, context) -> new JsonPrimitive(TIME.format(date.toInstant())))
            .registerTypeAdapter(Instant.class, (JsonSerializer<Instant>)
                    (time, type, context) -> new JsonPrimitive(TIME.format(time)))
            .create();

    private Json() {}

    static String text(JsonElement json) {
        return GSON.toJson(json);
    }

    static JsonElement of(Object value) {
        return GSON.toJsonTree(value);
    }

    /** What stands under the name of the response: the rows of a list, or one object. */
    static JsonObject content(BaseResponse response) {
        if (response instanceof ListResponse<?> list) {
            List<?> rows = list.getResponses();
            String name = rows == null || rows.isEmpty() ? "" : ((BaseResponse) rows.get(0)).getObjectName();
            return rows(name, rows, list.getCount());
        }
        return under(response.getObjectName(), of(response));
    }

    /** An empty list has no members at all. */
    static JsonObject rows(String name, List<?> rows, Integer count) {
        JsonObject json = new JsonObject();
        if (rows != null && !rows.isEmpty()) {
            json.addProperty("count", count == null ? rows.size() : count);
            json.add(name, of(rows));
        }
        return json;
    }

    static JsonObject under(String name, JsonElement value) {
        JsonObject json = new JsonObject();
        json.add(name, value);
        return json;
    }
}
