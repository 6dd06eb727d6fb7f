// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.inventory;

import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.json.JsonException;
import io.orthus.engine.model.MemoryBacking;
import io.orthus.engine.sys.Proc;
import java.io.IOException;
import java.util.List;

/** Finds out what a VM's RAM is made of, from the command line its QEMU was started with. */
final class MemoryReader {
    private MemoryReader() {}

    static MemoryBacking read(Proc proc) throws IOException {
        return read(proc.commandLine());
    }

    /** All of the RAM must be of one kind to count as that kind; the least useful backend decides. */
    static MemoryBacking read(List<String> argv) {
        boolean auxShared = false;
        MemoryBacking least = null;
        for (int i = 0; i + 1 < argv.size(); i++) {
            String value = argv.get(i + 1);
            if (argv.get(i).equals("-machine")) {
                auxShared |= List.of(value.split(",")).contains("aux-ram-share=on");
            } else if (argv.get(i).equals("-object") && value.contains("memory-backend-")) {
                MemoryBacking kind = backend(value);
                least = least == null || kind.compareTo(least) < 0 ? kind : least;
            }
        }
        if (least == null) {
            return MemoryBacking.ANONYMOUS;
        }
        return least == MemoryBacking.MEMFD && auxShared ? MemoryBacking.MEMFD_AUX_SHARED : least;
    }

    private static MemoryBacking backend(String value) {
        String type;
        boolean shared;
        if (value.startsWith("{")) {
            try {
                JsonObject object = Json.parseObject(value, "a memory backend");
                type = Json.getString(object, "qom-type");
                shared = object.has("share") && Json.getBoolean(object, "share");
            } catch (JsonException e) {
                // What is not understood counts as the least useful kind.
                return MemoryBacking.ANONYMOUS;
            }
        } else {
            List<String> parts = List.of(value.split(","));
            type = parts.get(0);
            shared = parts.contains("share=on") || parts.contains("share=yes");
        }
        if (!shared) {
            return MemoryBacking.ANONYMOUS;
        }
        return switch (type) {
            case "memory-backend-memfd" -> MemoryBacking.MEMFD;
            case "memory-backend-file" -> MemoryBacking.SHARED_FILE;
            default -> MemoryBacking.ANONYMOUS;
        };
    }
}
