// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.orthus.engine.inventory.Inventory;
import io.orthus.engine.json.Json;
import io.orthus.engine.report.Printable;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Results go to standard output, as a table or as JSON; progress goes to standard error. */
final class Output {
    @Option(names = "--json", description = "Print JSON instead of a table.")
    private boolean json;

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    /** Prints, and with it which VMs could not be looked at. */
    void print(JsonObject asJson, String asTable, List<Inventory.Unreadable> unreadable) {
        asJson.add("unreadable", json(unreadable));
        print(asJson, asTable + lines(unreadable));
    }

    void print(JsonObject asJson, String asTable) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new GsonBuilder()
                    .setPrettyPrinting()
                    .disableHtmlEscaping()
                    .create()
                    .toJson(asJson));
        } else {
            out.print(asTable);
        }
        out.flush();
    }

    /** Where progress goes. */
    PrintWriter err() {
        return spec.commandLine().getErr();
    }

    private static JsonArray json(List<Inventory.Unreadable> vms) {
        JsonArray array = new JsonArray();
        vms.forEach(vm -> array.add(Json.object()
                .put("uuid", vm.id().uuid().toString())
                .put("name", vm.id().name())
                .put("reason", vm.reason())
                .build()));
        return array;
    }

    private static String lines(List<Inventory.Unreadable> vms) {
        StringBuilder lines = new StringBuilder();
        vms.forEach(vm -> lines.append(
                "%s cannot be looked at: %s%n".formatted(Printable.of(vm.id().name()), Printable.of(vm.reason()))));
        return lines.toString();
    }
}
