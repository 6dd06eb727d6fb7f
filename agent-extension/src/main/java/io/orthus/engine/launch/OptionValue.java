// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import io.orthus.engine.json.Json;
import io.orthus.engine.json.JsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The value of a QEMU option in either of its two spellings: {@code {"driver":"VGA","id":"video0"}} or
 * {@code VGA,id=video0}, where a comma inside a value is doubled. What is not changed keeps its spelling. Immutable.
 */
public final class OptionValue {
    private final JsonObject json;
    private final List<String> parts;

    private OptionValue(JsonObject json, List<String> parts) {
        this.json = json;
        this.parts = parts;
    }

    /**
     * Takes a value apart.
     *
     * @throws IllegalArgumentException if the text begins like JSON but is none
     */
    public static OptionValue parse(String text) {
        if (!text.startsWith("{")) {
            return new OptionValue(null, splitAtCommas(text));
        }
        try {
            return new OptionValue(Json.parseObject(text, "option value"), null);
        } catch (JsonException | JsonParseException e) {
            throw new IllegalArgumentException(e.getMessage() + ": " + text, e);
        }
    }

    /** The value that an object stands for. */
    public static OptionValue of(JsonObject json) {
        return new OptionValue(json.deepCopy(), null);
    }

    /** What the value is about: the first part, or the type in JSON. Empty if it does not say. */
    public String kind() {
        if (json == null) {
            return parts.get(0).contains("=")
                    ? get("driver").or(() -> get("type")).orElse("")
                    : parts.get(0);
        }
        return get("qom-type").or(() -> get("driver")).or(() -> get("type")).orElse("");
    }

    /** The value of a key as text; of true and false it is "on" and "off" in either spelling. */
    public Optional<String> get(String key) {
        if (json == null) {
            return parts.stream()
                    .filter(part -> part.startsWith(key + "="))
                    .map(part -> part.substring(key.length() + 1))
                    .findFirst();
        }
        JsonElement value = json.get(key);
        if (!(value instanceof JsonPrimitive primitive)) {
            return Optional.empty();
        }
        return Optional.of(primitive.isBoolean() ? onOff(primitive.getAsBoolean()) : primitive.getAsString());
    }

    public Optional<String> id() {
        return get("id");
    }

    public boolean isOn(String key) {
        return get(key).filter("on"::equals).isPresent();
    }

    public OptionValue with(String key, String value) {
        return put(key, value, new JsonPrimitive(value));
    }

    public OptionValue with(String key, boolean value) {
        return put(key, onOff(value), new JsonPrimitive(value));
    }

    public OptionValue with(String key, long value) {
        return put(key, Long.toString(value), new JsonPrimitive(value));
    }

    public OptionValue without(String key) {
        if (json == null) {
            return new OptionValue(
                    null,
                    parts.stream().filter(part -> !part.startsWith(key + "=")).toList());
        }
        JsonObject changed = json.deepCopy();
        changed.remove(key);
        return new OptionValue(changed, null);
    }

    /** With another first part, for example the type of a chardev. Only for the spelling with commas. */
    OptionValue withFirst(String first) {
        List<String> changed = new ArrayList<>(parts);
        changed.set(0, first);
        return new OptionValue(null, changed);
    }

    /** With each text in it replaced by what the function makes of it, however deep. */
    OptionValue mapTexts(UnaryOperator<String> change) {
        if (json != null) {
            return new OptionValue(mapTexts(json, change).getAsJsonObject(), null);
        }
        return new OptionValue(
                null,
                parts.stream()
                        .map(part -> {
                            int value = part.indexOf('=') + 1;
                            return part.substring(0, value) + change.apply(part.substring(value));
                        })
                        .toList());
    }

    /** All texts in it, however deep. */
    List<String> texts() {
        List<String> texts = new ArrayList<>();
        mapTexts(text -> {
            texts.add(text);
            return text;
        });
        return texts;
    }

    /** As QEMU reads it. */
    @Override
    public String toString() {
        if (json != null) {
            return json.toString();
        }
        return String.join(
                ",", parts.stream().map(part -> part.replace(",", ",,")).toList());
    }

    private OptionValue put(String key, String text, JsonElement element) {
        if (json != null) {
            JsonObject changed = json.deepCopy();
            changed.add(key, element);
            return new OptionValue(changed, null);
        }
        List<String> changed = new ArrayList<>(parts);
        for (int i = 0; i < changed.size(); i++) {
            if (changed.get(i).startsWith(key + "=")) {
                changed.set(i, key + "=" + text);
                return new OptionValue(null, changed);
            }
        }
        changed.add(key + "=" + text);
        return new OptionValue(null, changed);
    }

    private static JsonElement mapTexts(JsonElement element, UnaryOperator<String> change) {
        if (element instanceof JsonObject object) {
            JsonObject changed = new JsonObject();
            object.entrySet().forEach(member -> changed.add(member.getKey(), mapTexts(member.getValue(), change)));
            return changed;
        }
        if (element instanceof JsonArray array) {
            JsonArray changed = new JsonArray();
            array.forEach(each -> changed.add(mapTexts(each, change)));
            return changed;
        }
        if (element instanceof JsonPrimitive primitive && primitive.isString()) {
            return new JsonPrimitive(change.apply(primitive.getAsString()));
        }
        return element;
    }

    private static String onOff(boolean value) {
        return value ? "on" : "off";
    }

    private static List<String> splitAtCommas(String text) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != ',') {
                part.append(text.charAt(i));
            } else if (i + 1 < text.length() && text.charAt(i + 1) == ',') {
                part.append(',');
                i++;
            } else {
                parts.add(part.toString());
                part.setLength(0);
            }
        }
        parts.add(part.toString());
        return parts;
    }
}
