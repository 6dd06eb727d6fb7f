// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads members of JSON objects, with errors that name the member.
 *
 * <p>A member that is {@code null} counts as missing. Getters never convert: a number in place of a text is an error.
 */
public final class Json {
    private Json() {}

    /**
     * Parses one JSON document by the letter of RFC 8259; duplicate members and trailing text are errors.
     *
     * @param text the document
     * @param subject what the document is, for the error message
     */
    public static JsonElement parse(String text, String subject) throws JsonException {
        return new StrictParser(subject).parse(text);
    }

    /** As {@link #parse}, for a document that must be an object. */
    public static JsonObject parseObject(String text, String subject) throws JsonException {
        JsonElement element = parse(text, subject);
        if (!element.isJsonObject()) {
            throw new JsonException(subject + " is not a JSON object");
        }
        return element.getAsJsonObject();
    }

    /** Begins a new object. */
    public static JsonBuilder object() {
        return new JsonBuilder();
    }

    /** The member, whatever its type. */
    public static JsonElement get(JsonObject object, String name) throws JsonException {
        return find(object, name).orElseThrow(() -> new JsonException("member \"" + name + "\" is missing"));
    }

    /** The member if it is there and not {@code null}. */
    public static Optional<JsonElement> find(JsonObject object, String name) {
        return Optional.ofNullable(object.get(name)).filter(element -> !element.isJsonNull());
    }

    public static String getString(JsonObject object, String name) throws JsonException {
        JsonElement element = get(object, name);
        if (element instanceof JsonPrimitive primitive && primitive.isString()) {
            return primitive.getAsString();
        }
        throw wrongType(name, "a string", element);
    }

    public static boolean getBoolean(JsonObject object, String name) throws JsonException {
        JsonElement element = get(object, name);
        if (element instanceof JsonPrimitive primitive && primitive.isBoolean()) {
            return primitive.getAsBoolean();
        }
        throw wrongType(name, "true or false", element);
    }

    /** An integer from -2^63 to 2^63-1. */
    public static long getLong(JsonObject object, String name) throws JsonException {
        JsonElement element = get(object, name);
        if (element instanceof JsonPrimitive primitive && primitive.isNumber()) {
            try {
                return primitive.getAsBigDecimal().longValueExact();
            } catch (ArithmeticException e) {
                throw wrongType(name, "an integer of 64 bits", element);
            }
        }
        throw wrongType(name, "an integer", element);
    }

    /** An integer from -2^31 to 2^31-1. */
    public static int getInt(JsonObject object, String name) throws JsonException {
        long value = getLong(object, name);
        if (value != (int) value) {
            throw wrongType(name, "an integer of 32 bits", get(object, name));
        }
        return (int) value;
    }

    public static JsonObject getObject(JsonObject object, String name) throws JsonException {
        JsonElement element = get(object, name);
        if (!element.isJsonObject()) {
            throw wrongType(name, "an object", element);
        }
        return element.getAsJsonObject();
    }

    public static JsonArray getArray(JsonObject object, String name) throws JsonException {
        JsonElement element = get(object, name);
        if (!element.isJsonArray()) {
            throw wrongType(name, "an array", element);
        }
        return element.getAsJsonArray();
    }

    /** Refuses an object that has members other than these, so that a misspelt one is not ignored. */
    public static void allowOnly(JsonObject object, String... names) throws JsonException {
        Set<String> unknown = new TreeSet<>(object.keySet());
        unknown.removeAll(Set.of(names));
        if (!unknown.isEmpty()) {
            throw new JsonException("unknown member \"" + String.join("\", \"", unknown) + "\"");
        }
    }

    private static JsonException wrongType(String name, String expected, JsonElement actual) {
        return new JsonException("member \"" + name + "\" must be " + expected + " but is " + actual);
    }
}
