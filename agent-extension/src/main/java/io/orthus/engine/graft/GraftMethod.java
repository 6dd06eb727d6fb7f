// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.graft;

import io.orthus.engine.qmp.Qmp;
import io.orthus.engine.qmp.QmpException;
import io.orthus.engine.sys.Deadline;
import io.orthus.engine.sys.ProcessId;
import io.orthus.engine.vmm.Method;
import java.io.IOException;

/**
 * One way to get a VM from the old QEMU into the new one. The walk is the same for all; a method says what is sent to
 * the two monitors at each stage. Methods hold no state and are thread-safe.
 */
public interface GraftMethod {
    /** Which method this is. */
    Method method();

    /**
     * Right after the new QEMU was started, before its monitor answers. The guest runs.
     *
     * @param old monitor of the old QEMU
     * @param fresh the new QEMU
     * @param sockets where the new QEMU listens
     * @param deadline until when the new QEMU must have come up
     * @throws GraftException if the new QEMU ended instead
     */
    void introduce(Qmp old, ProcessId fresh, MigrationSockets sockets, Deadline deadline)
            throws QmpException, IOException, GraftException;

    /**
     * After both processes were compared and found equal. The guest runs.
     *
     * @throws GraftException if QEMU says that this VM cannot be moved so
     */
    void prepare(Twins twins, MigrationSockets sockets) throws QmpException, IOException, GraftException;

    /**
     * With the switch armed, just before the window opens. From here on an abort must go through the switch.
     *
     * @param old monitor of the old QEMU
     */
    void approach(Qmp old, MigrationSockets sockets, Deadline deadline)
            throws QmpException, IOException, GraftException;

    /** What the switch says to both sides in the window, and to the old one after a rollback. */
    SwitchCommands switchCommands(MigrationSockets sockets);

    /**
     * Takes back what {@link #introduce} and {@link #prepare} did to the old QEMU, after the new one is gone. The guest
     * runs.
     */
    void withdraw(Qmp old) throws QmpException, IOException;
}
