// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import com.google.gson.JsonElement;
import io.orthus.engine.json.Json;
import io.orthus.engine.qmp.Qmp;
import io.orthus.engine.qmp.QmpException;
import io.orthus.engine.sys.Proc;
import io.orthus.engine.sys.ProcessId;
import java.io.IOException;
import java.util.Set;

/**
 * Two processes listen on one monitor socket, so who answers is never assumed: its vCPU threads must be tasks of the
 * process that was meant.
 */
final class Identity {
    private Identity() {}

    /** Whether {@code qmp} is the monitor of {@code process}. */
    static boolean is(Qmp qmp, ProcessId process) throws QmpException, IOException {
        Set<Integer> tasks = Proc.of(process).tasks();
        for (JsonElement cpu : qmp.execute("query-cpus-fast").getAsJsonArray()) {
            if (!tasks.contains(Json.getInt(cpu.getAsJsonObject(), "thread-id"))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Requires it.
     *
     * @throws IOException if another process answered
     */
    static void require(Qmp qmp, ProcessId process) throws QmpException, IOException {
        if (!is(qmp, process)) {
            // Both QEMUs listen there, and the old one serves one client at a time: libvirtd, as long as that lives.
            throw new IOException("the monitor socket was answered by another process than pid " + process.pid()
                    + ", as happens when libvirtd ended meanwhile");
        }
    }
}
