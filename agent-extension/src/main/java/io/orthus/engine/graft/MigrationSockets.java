// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.graft;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import java.nio.file.Path;

/**
 * The UNIX sockets over which the old QEMU hands the VM to the new one. They lie in the directory that libvirt made for
 * this domain: it belongs to the user QEMU runs as and carries the domain's security label, so both processes may use
 * it and nobody else can.
 *
 * @param main the migration stream
 * @param cpr descriptors, by SCM_RIGHTS
 */
public record MigrationSockets(Path main, Path cpr) {
    /** The sockets of a domain whose private directory is {@code libDir}. */
    public static MigrationSockets in(Path libDir) {
        return new MigrationSockets(libDir.resolve("orthus-main.sock"), libDir.resolve("orthus-cpr.sock"));
    }

    /** The channel list for {@code migrate} with CPR. */
    public JsonObject cprChannels() {
        JsonArray channels = new JsonArray();
        channels.add(channel("main", main));
        channels.add(cprChannel());
        return Json.object().put("channels", channels).build();
    }

    /** The CPR channel alone, for {@code -incoming}. */
    public JsonObject cprChannel() {
        return channel("cpr", cpr);
    }

    /** The URI of the migration stream. */
    public String mainUri() {
        return "unix:" + main;
    }

    private static JsonObject channel(String type, Path path) {
        return Json.object()
                .put("channel-type", type)
                .put("addr", address(path))
                .build();
    }

    private static JsonObject address(Path path) {
        return Json.object()
                .put("transport", "socket")
                .put("type", "unix")
                .put("path", path.toString())
                .build();
    }
}
