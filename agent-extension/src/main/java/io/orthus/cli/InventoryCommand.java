// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.orthus.engine.inventory.Inventory;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.report.Printable;
import io.orthus.engine.report.ReportJson;
import io.orthus.engine.report.Table;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Tells which VM runs on what. */
@Command(
        name = "inventory",
        description = "Show which QEMU every running VM executes, whatever is installed by now.",
        mixinStandardHelpOptions = true)
final class InventoryCommand implements Callable<Integer> {
    @Mixin
    private Domains domains;

    @Mixin
    private Output output;

    @Override
    public Integer call() throws Exception {
        try (Session session = Session.reading()) {
            Inventory inventory = session.inventory(domains.names());
            output.print(json(inventory), table(inventory));
            return inventory.unreadable().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    private static JsonObject json(Inventory inventory) {
        JsonArray vms = new JsonArray();
        inventory.vms().forEach(vm -> vms.add(ReportJson.of(vm)));
        JsonObject json = new JsonObject();
        json.add("vms", vms);
        json.add("unreadable", Output.unreadable(inventory.unreadable()));
        return json;
    }

    private static String table(Inventory inventory) {
        Table table = new Table("VM", "QEMU", "ON DISK", "MACHINE", "STATE", "RAM", "VCPUS", "MEMORY");
        for (VmFacts vm : inventory.vms()) {
            table.row(
                    Printable.of(vm.id().name()),
                    vm.running().version().release(),
                    vm.running().deleted() ? "replaced" : "same",
                    vm.machine(),
                    vm.state().name().toLowerCase(Locale.ROOT),
                    (vm.ramBytes() >> 20) + " MiB",
                    Integer.toString(vm.vcpus()),
                    vm.memory().label());
        }
        return table + Output.unreadableLines(inventory.unreadable());
    }
}
