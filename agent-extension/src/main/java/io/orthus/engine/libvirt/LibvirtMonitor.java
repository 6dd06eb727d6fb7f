// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.libvirt;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.qmp.Qmp;
import io.orthus.engine.qmp.QmpException;
import io.orthus.engine.qmp.QmpMessages;
import java.io.IOException;

/** A domain's monitor as libvirt lets others use it. */
final class LibvirtMonitor implements Qmp {
    /** Passes one QMP command, as JSON, and gives QEMU's answer, as JSON. */
    @FunctionalInterface
    interface Passage {
        String pass(String command) throws IOException;
    }

    private final String domain;
    private final Passage passage;

    LibvirtMonitor(String domain, Passage passage) {
        this.domain = domain;
        this.passage = passage;
    }

    @Override
    public JsonElement execute(String command, JsonObject arguments) throws QmpException, IOException {
        String answer = passage.pass(QmpMessages.ascii(QmpMessages.command(command, arguments)));
        return QmpMessages.result(
                command, Json.parseObject(answer, "the answer to \"" + command + "\" of domain " + domain));
    }

    @Override
    public void close() {
        // Nothing is held: the monitor is libvirt's.
    }

    @Override
    public String toString() {
        return "QMP of domain " + domain + " through libvirt";
    }
}
