// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.kvm;

import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.json.JsonException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What recovery must know about an exchange of KVMs that is under way. Which of them are loaded and who uses them it
 * finds out by itself.
 *
 * @param target the KVM that VMs are moved to
 * @param bootId of the boot in which it was begun; in another one there is nothing left to settle
 */
public record ExchangeEntry(KvmInstance target, String bootId) {

    /** What {@link #fromJson} reads. */
    JsonObject toJson() {
        JsonObject json = Json.object()
                .put("instance", target.name())
                .put("version", target.version())
                .put("bootId", bootId)
                .build();
        target.file().ifPresent(file -> json.addProperty("file", file.toString()));
        return json;
    }

    /** @throws JsonException if it is not one */
    static ExchangeEntry fromJson(JsonObject json) throws JsonException {
        Json.allowOnly(json, "instance", "version", "bootId", "file");
        Optional<Path> file = json.has("file") ? Optional.of(Path.of(Json.getString(json, "file"))) : Optional.empty();
        try {
            return new ExchangeEntry(
                    new KvmInstance(Json.getString(json, "instance"), Json.getString(json, "version"), file),
                    Json.getString(json, "bootId"));
        } catch (IllegalArgumentException e) {
            throw new JsonException(e.getMessage());
        }
    }
}
