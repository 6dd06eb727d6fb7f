// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.qmp;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;

/** A monitor of one QEMU that executes commands, one after the other. */
public interface Qmp extends AutoCloseable {
    /**
     * Executes a command and waits for its answer.
     *
     * @param arguments an empty object for none
     * @return what the command returns, an empty object for most commands that only do something
     * @throws QmpException if QEMU refuses it
     * @throws IOException if no answer comes; then nobody knows whether it was executed
     */
    JsonElement execute(String command, JsonObject arguments) throws QmpException, IOException;

    /** Executes a command that takes no arguments. */
    default JsonElement execute(String command) throws QmpException, IOException {
        return execute(command, new JsonObject());
    }

    @Override
    void close() throws IOException;
}
