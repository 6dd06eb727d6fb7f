// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.graft;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import java.util.List;
import java.util.stream.Stream;

/** QMP commands about migration that several methods need. */
final class Migration {
    /** State changes are reported as events, which is what the switch waits for. */
    static final String EVENTS = "events";
    /** The source learns whether the destination took the state; without it a failed load looks like a success. */
    static final String RETURN_PATH = "return-path";

    private Migration() {}

    static JsonObject command(String name) {
        return Json.object().put("execute", name).build();
    }

    static JsonObject command(String name, JsonObject arguments) {
        return Json.object().put("execute", name).put("arguments", arguments).build();
    }

    static JsonObject capabilities(boolean on, String... names) {
        JsonArray list = new JsonArray();
        Stream.of(names)
                .map(name ->
                        Json.object().put("capability", name).put("state", on).build())
                .forEach(list::add);
        return Json.object().put("capabilities", list).build();
    }

    static JsonObject incoming(MigrationSockets sockets) {
        return command(
                "migrate-incoming", Json.object().put("uri", sockets.mainUri()).build());
    }

    static JsonObject outgoing(MigrationSockets sockets) {
        return command("migrate", Json.object().put("uri", sockets.mainUri()).build());
    }

    static List<JsonObject> reset(String... capabilities) {
        return List.of(command("migrate-set-capabilities", capabilities(false, capabilities)));
    }
}
