// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.graft;

import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.qmp.Qmp;
import io.orthus.engine.qmp.QmpException;
import io.orthus.engine.sys.Deadline;
import io.orthus.engine.sys.ProcessId;
import io.orthus.engine.vmm.Method;
import java.io.IOException;
import java.util.List;

/**
 * QEMU's {@code cpr-transfer}: {@code migrate} sends the RAM's descriptors over the CPR channel and then waits, with the
 * guest running, until the new QEMU closes that channel, which it does on {@code migrate-incoming}. So everything that
 * is slow (starting, realizing devices) happens before the window. See docs/devel/migration/CPR.rst of QEMU.
 */
public final class CprTransfer implements GraftMethod {
    @Override
    public Method method() {
        return Method.CPR_TRANSFER;
    }

    @Override
    public void introduce(Qmp old, ProcessId fresh, MigrationSockets sockets, Deadline deadline)
            throws QmpException, IOException, GraftException {
        Migration.run(old, Migration.setCapabilities(Migration.EVENTS, Migration.RETURN_PATH));
        old.execute(
                Migration.SET_PARAMETERS,
                Json.object().put(Migration.MODE, "cpr-transfer").build());
        deadline.await("the new QEMU to take the RAM", () -> handedOver(old, fresh, sockets));
    }

    /** Whether the new QEMU listens and has been given the RAM; its socket appears a moment before it listens. */
    private static boolean handedOver(Qmp old, ProcessId fresh, MigrationSockets sockets)
            throws IOException, GraftException {
        try {
            old.execute("migrate", sockets.cprChannels());
            return true;
        } catch (QmpException e) {
            if (!fresh.alive()) {
                throw new GraftException("start", "the new QEMU ended before it took the RAM", e);
            }
            if (!notYetListening(e)) {
                throw new GraftException("introduce", e.getMessage(), e);
            }
            return false;
        }
    }

    @Override
    public void prepare(Twins twins, MigrationSockets sockets) throws QmpException, IOException {
        Migration.run(twins.fresh(), Migration.setCapabilities(Migration.EVENTS, Migration.RETURN_PATH));
    }

    @Override
    public void approach(Qmp old, MigrationSockets sockets, Deadline deadline) {
        // Nothing: all that is left happens in the window.
    }

    @Override
    public SwitchCommands switchCommands(MigrationSockets sockets) {
        return new SwitchCommands(List.of(Migration.incoming(sockets)), List.of(), back(), false);
    }

    @Override
    public void withdraw(Qmp old) throws QmpException, IOException {
        Withdrawal.run(old, back());
    }

    private static boolean notYetListening(QmpException e) {
        return e.description().contains("Connection refused") || e.description().contains("No such file or directory");
    }

    private static List<JsonObject> back() {
        return List.of(
                Migration.command(
                        Migration.SET_PARAMETERS,
                        Json.object().put(Migration.MODE, "normal").build()),
                Migration.setCapabilities());
    }
}
