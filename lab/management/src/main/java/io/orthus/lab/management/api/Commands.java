// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.api;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The commands that there are, by name. Filled before the first request, then only read. */
final class Commands {
    private final Map<String, ApiCommand> commands = new LinkedHashMap<>();

    void add(ApiCommand command) {
        commands.put(command.name().toLowerCase(Locale.ROOT), command);
    }

    /** A command that the user may call; CloudStack does not tell one that is forbidden from one that is not there. */
    Optional<ApiCommand> find(String name, User user) {
        return Optional.ofNullable(commands.get(name.toLowerCase(Locale.ROOT)))
                .filter(command -> command.allowed(user));
    }

    /** What listApis tells. */
    JsonObject describe(Call call) {
        String name = call.get("name");
        List<Map<String, Object>> rows = new ArrayList<>();
        commands.values().stream()
                .filter(command -> command.allowed(call.user()))
                .filter(command -> name == null || command.name().equals(name))
                .forEach(command -> rows.add(row(command)));
        return Json.rows("api", rows, rows.size());
    }

    private static Map<String, Object> row(ApiCommand command) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", command.name());
        row.put("description", command.description());
        row.put("since", command.since().isEmpty() ? null : command.since());
        row.put("isasync", command.async());
        row.put("related", "");
        row.put("params", command.parameters());
        row.put("response", command.answer());
        return row;
    }
}
