// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.graft;

import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.qmp.Qmp;
import io.orthus.engine.qmp.QmpException;
import io.orthus.engine.sys.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Ends a migration that was begun on the old QEMU and puts its settings back. */
final class Withdrawal {
    private static final Set<String> ENDED = Set.of("none", "completed", "failed", "cancelled");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Withdrawal() {}

    /**
     * Cancels, waits until QEMU has let go, and sends {@code back}.
     *
     * @throws QmpException if QEMU does not take a setting back
     */
    static void run(Qmp old, List<JsonObject> back) throws QmpException, IOException {
        if (!ENDED.contains(status(old))) {
            old.execute("migrate_cancel");
            Deadline.after(PATIENCE).await("the old QEMU to end its migration", () -> ENDED.contains(status(old)));
        }
        for (JsonObject command : back) {
            Migration.run(old, command);
        }
    }

    private static String status(Qmp old) throws QmpException, IOException {
        JsonObject state = old.execute("query-migrate").getAsJsonObject();
        return state.has("status") ? Json.getString(state, "status") : "none";
    }
}
