// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Collection;

/** Builds a JSON object whose members keep the order in which they are put. Not thread-safe. */
public final class JsonBuilder {
    private final JsonObject object = new JsonObject();

    JsonBuilder() {}

    public JsonBuilder put(String name, String value) {
        return put(name, new JsonPrimitive(value));
    }

    public JsonBuilder put(String name, long value) {
        return put(name, new JsonPrimitive(value));
    }

    public JsonBuilder put(String name, boolean value) {
        return put(name, new JsonPrimitive(value));
    }

    public JsonBuilder put(String name, JsonElement value) {
        object.add(name, value);
        return this;
    }

    public JsonBuilder put(String name, JsonBuilder value) {
        return put(name, value.build());
    }

    /** Puts an array of texts. */
    public JsonBuilder put(String name, Collection<String> values) {
        JsonArray array = new JsonArray();
        values.forEach(array::add);
        return put(name, array);
    }

    public JsonObject build() {
        return object.deepCopy();
    }
}
