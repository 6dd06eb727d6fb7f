// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.orthus.engine.inventory.Build;
import io.orthus.engine.inventory.Inventory;
import io.orthus.engine.kvm.KvmInstance;
import io.orthus.engine.kvm.LoadedKvm;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.report.Printable;
import io.orthus.engine.report.ReportJson;
import io.orthus.engine.report.Table;
import io.orthus.engine.vmm.Vmm;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Tells which VM runs on what. */
@Command(
        name = "inventory",
        description = "Show which QEMU every running VM executes and which KVM it uses, whatever is installed by now.",
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
            List<Build> builds = Build.of(inventory.vms(), session::installed);
            List<LoadedKvm> kvms = session.host().kvms().loaded();
            output.print(
                    json(inventory, builds, kvms), table(session, inventory, builds, kvms), inventory.unreadable());
            return inventory.unreadable().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    private static JsonObject json(Inventory inventory, List<Build> builds, List<LoadedKvm> kvms) {
        JsonArray vms = new JsonArray();
        inventory.vms().forEach(vm -> vms.add(ReportJson.of(vm)));
        JsonObject json = new JsonObject();
        json.add("vms", vms);
        JsonArray list = new JsonArray();
        builds.forEach(build -> list.add(ReportJson.of(build)));
        json.add("builds", list);
        JsonArray loaded = new JsonArray();
        for (LoadedKvm kvm : kvms) {
            JsonObject each = ReportJson.of(kvm);
            each.addProperty("vms", users(inventory, kvm));
            loaded.add(each);
        }
        json.add("kvms", loaded);
        return json;
    }

    private static String table(Session session, Inventory inventory, List<Build> builds, List<LoadedKvm> kvms) {
        Table table = new Table("VM", "QEMU", "ON DISK", "KVM", "MACHINE", "STATE", "RAM", "VCPUS", "MEMORY");
        for (VmFacts vm : inventory.vms()) {
            table.row(
                    Printable.of(vm.id().name()),
                    vm.running().version().release(),
                    onDisk(session, vm.running()),
                    vm.kvm().map(KvmInstance::name).orElse(vm.accelerator().equals("kvm") ? "?" : "-"),
                    vm.machine(),
                    vm.state().name().toLowerCase(Locale.ROOT),
                    (vm.ramBytes() >> 20) + " MiB",
                    Integer.toString(vm.vcpus()),
                    vm.memory().label());
        }
        StringBuilder summary = new StringBuilder();
        builds.forEach(build -> summary.append(Printable.of(line(build))).append(System.lineSeparator()));
        kvms.forEach(kvm -> summary.append("%s, %d VM(s)%n".formatted(KvmLines.of(kvm), users(inventory, kvm))));
        return table + summary.toString();
    }

    private static String onDisk(Session session, Vmm running) {
        if (running.deleted()) {
            return "replaced";
        }
        return session.kept().installedPath(running.emulator()).equals(running.emulator()) ? "same" : "kept";
    }

    private static long users(Inventory inventory, LoadedKvm kvm) {
        return inventory.vms().stream()
                .filter(vm -> vm.kvm().filter(kvm.instance()::is).isPresent())
                .count();
    }

    /** For example {@code QEMU 10.0.2 (/usr/bin/qemu-system-x86_64): 3 VM(s), outdated: 11.1.3 is installed}. */
    private static String line(Build build) {
        String verdict = "up to date";
        if (build.outdated()) {
            verdict = "outdated: "
                    + build.installed()
                            .map(vmm -> vmm.version() + " is installed")
                            .orElse("no usable QEMU is installed there");
        }
        return "QEMU %s (%s): %d VM(s), %s"
                .formatted(build.running().version(), build.running().emulator(), build.vms(), verdict);
    }
}
