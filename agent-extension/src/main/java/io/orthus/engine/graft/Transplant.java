// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.graft;

import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.json.JsonException;
import io.orthus.engine.qmp.Qmp;
import io.orthus.engine.qmp.QmpException;
import io.orthus.engine.sys.Deadline;
import io.orthus.engine.sys.ProcessId;
import io.orthus.engine.sys.TimedOutException;
import io.orthus.engine.vmm.Method;
import java.io.IOException;
import java.util.List;

/**
 * Local pre-copy into a QEMU whose RAM can be handed over next time. The copy runs while libvirtd is up and the guest
 * runs; with {@code pause-before-switchover} QEMU stops the guest when little is left and waits. That is when the window
 * opens, and {@code migrate-continue} in the window lets it finish.
 */
public final class Transplant implements GraftMethod {
    /** Bytes per second; high enough never to be what holds a local copy back. */
    private static final long UNLIMITED = 1L << 40;
    /** Milliseconds; how long the rest of the copy may take while the guest stands still. */
    private static final int DOWNTIME_LIMIT = 50;
    /** QEMU's default, in milliseconds. */
    private static final int DEFAULT_DOWNTIME_LIMIT = 300;
    /** QEMU's default, in bytes per second. */
    private static final long DEFAULT_BANDWIDTH = 128L << 20;

    @Override
    public Method method() {
        return Method.TRANSPLANT;
    }

    @Override
    public void introduce(Qmp old, ProcessId fresh, MigrationSockets sockets, Deadline deadline) {
        // The new QEMU's monitor answers without the old one's help.
    }

    @Override
    public void prepare(Twins twins, MigrationSockets sockets) throws QmpException, IOException {
        Migration.setNormalMode(twins);
        Migration.run(twins.fresh(), Migration.setCapabilities(Migration.EVENTS, Migration.RETURN_PATH));
        twins.fresh()
                .execute(
                        "migrate-incoming",
                        Json.object().put("uri", sockets.mainUri()).build());
        Migration.run(
                twins.old(),
                Migration.setCapabilities(
                        Migration.EVENTS,
                        Migration.RETURN_PATH,
                        Migration.PAUSE_BEFORE_SWITCHOVER,
                        Migration.AUTO_CONVERGE));
        twins.old()
                .execute(
                        Migration.SET_PARAMETERS,
                        Json.object()
                                .put("max-bandwidth", UNLIMITED)
                                .put("downtime-limit", DOWNTIME_LIMIT)
                                .build());
    }

    @Override
    public void approach(Qmp old, MigrationSockets sockets, Deadline deadline)
            throws QmpException, IOException, GraftException {
        old.execute("migrate", Json.object().put("uri", sockets.mainUri()).build());
        try {
            deadline.await("its RAM to be copied", () -> copied(old));
        } catch (TimedOutException e) {
            throw new GraftException(
                    "copy", "the guest writes its RAM faster than it can be copied; try again when it is less busy", e);
        }
    }

    private static boolean copied(Qmp old) throws IOException, GraftException {
        JsonObject state = progress(old);
        String status = Json.getString(state, "status");
        return switch (status) {
            case "pre-switchover" -> true;
            case "failed", "cancelled", "completed" ->
                throw new GraftException("copy", "copying the RAM ended with '%s'%s".formatted(status, reason(state)));
            default -> false;
        };
    }

    @Override
    public SwitchCommands switchCommands(MigrationSockets sockets) {
        return new SwitchCommands(
                List.of(),
                List.of(Migration.command(
                        "migrate-continue",
                        Json.object().put("state", "pre-switchover").build())),
                back(),
                true);
    }

    @Override
    public void withdraw(Qmp old) throws QmpException, IOException {
        Withdrawal.run(old, back());
    }

    private static JsonObject progress(Qmp old) throws IOException, GraftException {
        try {
            return old.execute("query-migrate").getAsJsonObject();
        } catch (QmpException e) {
            throw new GraftException("copy", e.getMessage(), e);
        }
    }

    private static String reason(JsonObject state) throws JsonException {
        return state.has("error-desc") ? ": " + Json.getString(state, "error-desc") : "";
    }

    private static List<JsonObject> back() {
        return List.of(
                Migration.setCapabilities(),
                Migration.command(
                        Migration.SET_PARAMETERS,
                        Json.object()
                                .put("max-bandwidth", DEFAULT_BANDWIDTH)
                                .put("downtime-limit", DEFAULT_DOWNTIME_LIMIT)
                                .build()));
    }
}
