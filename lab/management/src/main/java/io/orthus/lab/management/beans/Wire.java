// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.beans;

import com.cloud.agent.api.Command;
import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;

/** Commands and answers as CloudStack sends them: a list of one object, whose only member is named by its class. */
public final class Wire {
    private static final Gson GSON = new Gson();

    private Wire() {}

    public static String write(Command command) {
        JsonObject named = new JsonObject();
        named.add(command.getClass().getName(), GSON.toJsonTree(command));
        JsonArray list = new JsonArray();
        list.add(named);
        return GSON.toJson(list);
    }

    /** The command or answer in a text; {@link JsonParseException} if its class is not known here or is another kind. */
    public static <T extends Command> T read(String text, Class<T> kind) {
        JsonObject named = JsonParser.parseString(text).getAsJsonArray().get(0).getAsJsonObject();
        String name = named.keySet().iterator().next();
        try {
            return GSON.fromJson(named.get(name), Class.forName(name).asSubclass(kind));
        } catch (ClassNotFoundException | ClassCastException e) {
            throw new JsonParseException(name + " is not known here as " + kind.getSimpleName(), e);
        }
    }
}
