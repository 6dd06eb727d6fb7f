// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.qmp;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.json.JsonBuilder;
import io.orthus.engine.json.JsonException;

/** The shapes of QMP's messages. */
public final class QmpMessages {
    private QmpMessages() {}

    /** A command as QEMU reads it. */
    public static JsonObject command(String command, JsonObject arguments) {
        JsonBuilder message = Json.object().put("execute", command);
        if (arguments.size() > 0) {
            message.put("arguments", arguments);
        }
        return message.build();
    }

    /**
     * A message in ASCII alone, for a way on which the encoding is not ours to choose. Names of domains, and so paths, may
     * hold any letter; in JSON other characters than these are only found in strings.
     */
    public static String ascii(JsonObject message) {
        StringBuilder text = new StringBuilder();
        for (char c : message.toString().toCharArray()) {
            text.append(c < 0x7f ? String.valueOf(c) : "\\u%04x".formatted((int) c));
        }
        return text.toString();
    }

    /**
     * What an answer returns.
     *
     * @throws QmpException if the answer is that QEMU refuses the command
     * @throws JsonException if it is no answer at all
     */
    public static JsonElement result(String command, JsonObject answer) throws QmpException, JsonException {
        if (answer.has("error")) {
            JsonObject error = Json.getObject(answer, "error");
            throw new QmpException(command, Json.getString(error, "class"), Json.getString(error, "desc"));
        }
        return Json.get(answer, "return");
    }
}
