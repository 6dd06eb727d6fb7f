// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import com.google.gson.JsonObject;
import io.orthus.engine.sys.Deadline;
import io.orthus.engine.sys.LineChild;
import io.orthus.engine.sys.ProcessId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A new QEMU that orthus-vmm-exec has started and watches. It lives as long as somebody holds its lease, or for good
 * once the switch has said to keep it.
 */
public final class NewVmm {
    private static final Duration LOG_DELAY = Duration.ofSeconds(3);

    private final LineChild launcher;
    private final ProcessId process;
    private final QemuLog log;
    private final List<JsonObject> afterSwitch;

    NewVmm(LineChild launcher, ProcessId process, QemuLog log, List<JsonObject> afterSwitch) {
        this.launcher = launcher;
        this.process = process;
        this.log = log;
        this.afterSwitch = List.copyOf(afterSwitch);
    }

    /** The new QEMU. */
    public ProcessId process() {
        return process;
    }

    /** QMP commands for it once the old QEMU is gone; may hold secrets. */
    public List<JsonObject> afterSwitch() {
        return afterSwitch;
    }

    /**
     * What QEMU wrote to its log since it was started, the last line of it; empty if nothing. Of a QEMU that has ended
     * this is waited for a moment: it writes to libvirt's log daemon, which writes the log.
     */
    public String lastWords() {
        try {
            if (!process.alive()) {
                Deadline.after(LOG_DELAY)
                        .await("the last words", () -> !log.lastLine().isEmpty());
            }
        } catch (IOException e) {
            // It was killed before it could say any.
        }
        return log.lastLine();
    }

    /**
     * Waits until orthus-vmm-exec has ended, and with it an uncommitted QEMU.
     *
     * @throws IOException if it has not ended in time
     */
    public void awaitEnd(Deadline deadline) throws IOException {
        launcher.waitExit(deadline);
    }
}
