// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.internal.LazilyParsedNumber;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;

/** Gson's own tree parser is always lenient; this one is not, and refuses what would be ambiguous. */
final class StrictParser {
    /** Deeper than any document of QEMU or of ours, shallow enough for every thread's stack. */
    private static final int MAX_DEPTH = 200;

    private final String subject;

    StrictParser(String subject) {
        this.subject = subject;
    }

    JsonElement parse(String text) throws JsonException {
        try (JsonReader reader = new JsonReader(new StringReader(text))) {
            JsonElement element = read(reader, 0);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new JsonException(subject + " has text after the JSON document");
            }
            return element;
        } catch (JsonException e) {
            throw e;
        } catch (EOFException e) {
            throw new JsonException(subject + " ends in the middle of a JSON document");
        } catch (MalformedJsonException | NumberFormatException e) {
            throw new JsonException(subject + " is not JSON: " + e.getMessage());
        } catch (IOException e) {
            throw new JsonException(subject + " cannot be parsed: " + e.getMessage());
        }
    }

    private JsonElement read(JsonReader reader, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new JsonException(subject + " is nested more than " + MAX_DEPTH + " levels deep");
        }
        return switch (reader.peek()) {
            case BEGIN_OBJECT -> readObject(reader, depth);
            case BEGIN_ARRAY -> readArray(reader, depth);
            case STRING -> new JsonPrimitive(reader.nextString());
            case NUMBER -> new JsonPrimitive(new LazilyParsedNumber(reader.nextString()));
            case BOOLEAN -> new JsonPrimitive(reader.nextBoolean());
            case NULL -> {
                reader.nextNull();
                yield JsonNull.INSTANCE;
            }
            default -> throw new JsonException(subject + " is not JSON: a value is missing at " + reader.getPath());
        };
    }

    private JsonObject readObject(JsonReader reader, int depth) throws IOException {
        JsonObject object = new JsonObject();
        reader.beginObject();
        while (reader.hasNext()) {
            String name = reader.nextName();
            if (object.has(name)) {
                throw new JsonException(subject + " has the member \"" + name + "\" twice");
            }
            object.add(name, read(reader, depth + 1));
        }
        reader.endObject();
        return object;
    }

    private JsonArray readArray(JsonReader reader, int depth) throws IOException {
        JsonArray array = new JsonArray();
        reader.beginArray();
        while (reader.hasNext()) {
            array.add(read(reader, depth + 1));
        }
        reader.endArray();
        return array;
    }
}
