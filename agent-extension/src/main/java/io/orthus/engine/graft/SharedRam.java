// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.graft;

import com.google.gson.JsonObject;
import io.orthus.engine.qmp.Qmp;
import io.orthus.engine.qmp.QmpException;
import io.orthus.engine.sys.Deadline;
import io.orthus.engine.sys.ProcessId;
import io.orthus.engine.vmm.Method;
import java.io.IOException;
import java.util.List;

/**
 * QEMU's {@code x-ignore-shared}: guest RAM is a file that both processes map, so only the rest (firmware, video memory,
 * device state; some 20 MiB) goes through the stream, all of it in the window.
 */
public final class SharedRam implements GraftMethod {
    @Override
    public Method method() {
        return Method.SHARED_RAM;
    }

    @Override
    public void introduce(Qmp old, ProcessId fresh, MigrationSockets sockets, Deadline deadline) {
        // The new QEMU's monitor answers without the old one's help.
    }

    @Override
    public void prepare(Twins twins, MigrationSockets sockets) throws QmpException, IOException {
        Migration.setNormalMode(twins);
        JsonObject ignoreShared =
                Migration.setCapabilities(Migration.EVENTS, Migration.RETURN_PATH, Migration.IGNORE_SHARED);
        Migration.run(twins.fresh(), ignoreShared);
        Migration.run(twins.old(), ignoreShared);
    }

    @Override
    public void approach(Qmp old, MigrationSockets sockets, Deadline deadline) {
        // Nothing: all that is left happens in the window.
    }

    @Override
    public SwitchCommands switchCommands(MigrationSockets sockets) {
        return new SwitchCommands(
                List.of(Migration.incoming(sockets)), List.of(Migration.outgoing(sockets)), back(), false);
    }

    @Override
    public void withdraw(Qmp old) throws QmpException, IOException {
        Withdrawal.run(old, back());
    }

    private static List<JsonObject> back() {
        return List.of(Migration.setCapabilities());
    }
}
