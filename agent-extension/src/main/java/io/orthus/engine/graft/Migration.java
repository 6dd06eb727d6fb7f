// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.graft;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.qmp.Qmp;
import io.orthus.engine.qmp.QmpException;
import java.io.IOException;
import java.util.List;

/** QMP commands about migration that several methods need. */
public final class Migration {
    /** State changes are reported as events, which is what the switch waits for. */
    public static final String EVENTS = "events";
    /** The source learns whether the destination took the state; without it a failed load looks like a success. */
    public static final String RETURN_PATH = "return-path";

    public static final String IGNORE_SHARED = "x-ignore-shared";
    static final String PAUSE_BEFORE_SWITCHOVER = "pause-before-switchover";
    static final String AUTO_CONVERGE = "auto-converge";
    public static final String SET_PARAMETERS = "migrate-set-parameters";
    /** The migration parameter that says which kind of migration the next one is. */
    static final String MODE = "mode";

    private static final List<String> USED =
            List.of(EVENTS, RETURN_PATH, IGNORE_SHARED, PAUSE_BEFORE_SWITCHOVER, AUTO_CONVERGE);

    private Migration() {}

    static JsonObject command(String name) {
        return Json.object().put("execute", name).build();
    }

    static JsonObject command(String name, JsonObject arguments) {
        return Json.object().put("execute", name).put("arguments", arguments).build();
    }

    /**
     * Turns these capabilities on and every other one that Orthus ever uses off. A QEMU that took a VM over keeps what
     * it was told as a destination, and would surprise the next graft with it as a source.
     */
    public static JsonObject setCapabilities(String... on) {
        JsonArray list = new JsonArray();
        for (String name : USED) {
            list.add(Json.object()
                    .put("capability", name)
                    .put("state", List.of(on).contains(name))
                    .build());
        }
        return command(
                "migrate-set-capabilities",
                Json.object().put("capabilities", list).build());
    }

    /**
     * Makes an ordinary migration of the next one. A mode that an interrupted graft left behind would end the old QEMU:
     * with {@code cpr-transfer} and without a CPR channel 11.1 aborts.
     */
    static void setNormalMode(Twins twins) throws QmpException, IOException {
        // The parameter exists since QEMU 8.2.
        if (twins.vm().running().version().atLeast(8, 2)) {
            run(
                    twins.old(),
                    command(SET_PARAMETERS, Json.object().put(MODE, "normal").build()));
        }
    }

    /** Executes a command that was made here. */
    public static void run(Qmp qmp, JsonObject command) throws QmpException, IOException {
        qmp.execute(
                Json.getString(command, "execute"),
                command.has("arguments") ? Json.getObject(command, "arguments") : new JsonObject());
    }

    public static JsonObject incoming(MigrationSockets sockets) {
        return command(
                "migrate-incoming", Json.object().put("uri", sockets.mainUri()).build());
    }

    public static JsonObject outgoing(MigrationSockets sockets) {
        return command("migrate", Json.object().put("uri", sockets.mainUri()).build());
    }
}
