// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.orthus.engine.adopt.SwitchFiles;
import io.orthus.engine.json.Json;
import io.orthus.engine.json.JsonException;
import io.orthus.engine.sys.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The QMP commands that the new QEMU must be given when the old one is gone, kept for the case that recovery has to
 * finish the switch. They hold the VNC password, so the file is root's alone, as libvirt's status file is.
 */
final class AfterSwitch {
    private static final String OWNER_ONLY = "rw-------";

    private AfterSwitch() {}

    static void write(SwitchFiles files, List<JsonObject> commands) throws IOException {
        JsonArray list = new JsonArray();
        commands.forEach(list::add);
        AtomicFile.write(file(files), list + "\n", OWNER_ONLY);
    }

    /** What was written; nothing if the upgrade did not come so far. */
    static List<JsonObject> read(SwitchFiles files) throws IOException {
        Path file = file(files);
        if (Files.notExists(file)) {
            return List.of();
        }
        JsonElement list = Json.parse(Files.readString(file), file.toString());
        List<JsonObject> commands = new ArrayList<>();
        if (!list.isJsonArray()) {
            throw new JsonException(file + " is not a list of commands");
        }
        for (JsonElement command : list.getAsJsonArray()) {
            commands.add(command.getAsJsonObject());
        }
        return commands;
    }

    private static Path file(SwitchFiles files) {
        return files.directory().resolve("after");
    }
}
