// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.sys.Deadline;
import io.orthus.engine.sys.LineChild;
import io.orthus.engine.sys.ProcessId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Starts a new QEMU by orthus-vmm-exec. */
public final class Launcher {
    private Launcher() {}

    /**
     * Starts it and waits until it executes.
     *
     * @param program the orthus-vmm-exec binary
     * @param document what to start, as docs/architecture.md describes it
     * @param domain the domain's name, to find its log
     * @param afterSwitch QMP commands for later
     * @throws IOException if it cannot be started; the message is orthus-vmm-exec's
     */
    public static NewVmm start(
            Path program, JsonObject document, String domain, List<JsonObject> afterSwitch, Deadline deadline)
            throws IOException {
        QemuLog log = QemuLog.mark(domain);
        LineChild child = LineChild.start(List.of(program.toString()));
        try {
            child.writeLine(document.toString());
            child.closeInput();
        } catch (IOException e) {
            // It does not read because it has ended; why, it says on standard error.
            throw child.endedTooEarly(deadline);
        }
        String line = child.readLine(deadline).orElseThrow(() -> child.endedTooEarly(deadline));
        JsonObject event = Json.parseObject(line, "orthus-vmm-exec");
        if (!Json.getString(event, "event").equals("started")) {
            throw new IOException("the new QEMU was not started: %s: %s"
                    .formatted(Json.getString(event, "step"), Json.getString(event, "message")));
        }
        ProcessId process = new ProcessId(Json.getInt(event, "pid"), Json.getLong(event, "starttime"));
        return new NewVmm(child, process, log, afterSwitch);
    }
}
