// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.json.JsonException;
import java.util.ArrayList;
import java.util.List;

/**
 * A descriptor that QEMU offers to itself as {@code /dev/fdset/SET}.
 *
 * @param set number of the set
 * @param fd number in the QEMU process; not the one of its {@code -add-fd}, which QEMU closes at start
 * @param opaque libvirt's label; may be empty
 */
public record FdSet(int set, int fd, String opaque) {

    /** Reads the answer to the QMP command {@code query-fdsets}. */
    public static List<FdSet> read(JsonArray answer) throws JsonException {
        List<FdSet> sets = new ArrayList<>();
        for (JsonElement element : answer) {
            JsonObject set = element.getAsJsonObject();
            for (JsonElement member : Json.getArray(set, "fds")) {
                JsonObject fd = member.getAsJsonObject();
                sets.add(new FdSet(
                        Json.getInt(set, "fdset-id"),
                        Json.getInt(fd, "fd"),
                        fd.has("opaque") ? Json.getString(fd, "opaque") : ""));
            }
        }
        return sets;
    }
}
