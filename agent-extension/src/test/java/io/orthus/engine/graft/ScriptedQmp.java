// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.graft;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.orthus.engine.qmp.Qmp;
import io.orthus.engine.qmp.QmpException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A monitor that answers from a list and remembers what it was told. */
final class ScriptedQmp implements Qmp {
    private final Map<String, List<String>> answers = new HashMap<>();
    private final List<String> told = new ArrayList<>();

    /** Answers in turn, the last one for ever. {@code command} may be followed by one value of its arguments. */
    ScriptedQmp on(String command, String... json) {
        answers.put(command, new ArrayList<>(List.of(json)));
        return this;
    }

    /** Commands that do not only ask, with their arguments. */
    List<String> told() {
        return told;
    }

    @Override
    public JsonElement execute(String command, JsonObject arguments) throws QmpException {
        if (!command.startsWith("query-") && !command.startsWith("qom-get") && !command.startsWith("qom-list")) {
            told.add(arguments.isEmpty() ? command : command + " " + arguments);
        }
        String key = arguments.has("property")
                ? command + " " + arguments.get("property").getAsString()
                : command;
        List<String> scripted = answers.getOrDefault(key, List.of("{}"));
        String answer = scripted.size() > 1 ? scripted.remove(0) : scripted.get(0);
        if (answer.startsWith("error ")) {
            throw new QmpException(command, "GenericError", answer.substring("error ".length()));
        }
        return JsonParser.parseString(answer);
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
