// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.orthus.engine.inventory.Inventory;
import io.orthus.engine.kvm.KvmModule;
import io.orthus.engine.kvm.ModuleCheck;
import io.orthus.engine.model.Blocker;
import io.orthus.engine.model.VmPlan;
import io.orthus.engine.preflight.KvmChoice;
import io.orthus.engine.report.Millis;
import io.orthus.engine.report.Printable;
import io.orthus.engine.report.ReportJson;
import io.orthus.engine.report.Table;
import io.orthus.engine.vmm.Method;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The dry run. */
@Command(
        name = "preflight",
        description = "Tell for every VM whether and how it would be upgraded, and why not. Changes nothing.",
        mixinStandardHelpOptions = true)
final class PreflightCommand implements Callable<Integer> {
    @Mixin
    private Domains domains;

    @Mixin
    private TargetOption target;

    @Mixin
    private KvmOption kvm;

    @Mixin
    private PassthroughOption passthrough;

    @Mixin
    private Output output;

    @Override
    public Integer call() throws Exception {
        try (Session session = Session.reading()) {
            Optional<KvmModule> module = session.module(kvm.path());
            Inventory inventory = session.inventory(domains.names());
            KvmChoice choice = module.map(to -> KvmChoice.all(to.instance())).orElse(KvmChoice.STAY);
            List<VmPlan> plans = session.plans(inventory, target.path(), choice, passthrough);
            StringBuilder about = new StringBuilder();
            if (module.isPresent()) {
                about.append(KvmLines.of(module.get())).append(System.lineSeparator());
                List<String> movers = plans.stream()
                        .filter(plan -> plan.movable() && choice.changes(plan.vm()))
                        .map(plan -> Printable.of(plan.vm().id().name()))
                        .toList();
                for (String loss : new ModuleCheck(session.host().kvms()).losses(movers)) {
                    about.append(loss).append(System.lineSeparator());
                }
            }
            output.print(json(plans), table(plans) + about, inventory.unreadable());
            boolean blocked = plans.stream().anyMatch(plan -> !plan.blockers().isEmpty())
                    || !inventory.unreadable().isEmpty();
            return blocked ? ExitCode.REFUSED : ExitCode.OK;
        }
    }

    private static JsonObject json(List<VmPlan> plans) {
        JsonArray vms = new JsonArray();
        plans.forEach(plan -> vms.add(ReportJson.of(plan)));
        JsonObject json = new JsonObject();
        json.add("vms", vms);
        return json;
    }

    private static String table(List<VmPlan> plans) {
        Table table = new Table("VM", "FROM", "TO", "KVM", "METHOD", "PREDICTED PAUSE", "WHY");
        StringBuilder blockers = new StringBuilder();
        for (VmPlan plan : plans) {
            table.row(
                    Printable.of(plan.vm().id().name()),
                    plan.vm().running().version().release(),
                    plan.target().version().release(),
                    KvmLines.way(plan.vm().kvm(), plan.kvm()),
                    plan.blockers().isEmpty() ? plan.method().map(Method::label).orElse("-") : "blocked",
                    Millis.of(plan.predictedPause()),
                    plan.blockers().isEmpty() ? plan.why() : "see below");
            for (Blocker blocker : plan.blockers()) {
                blockers.append("%s is blocked by %s%n"
                        .formatted(Printable.of(plan.vm().id().name()), Printable.of(blocker.toString())));
            }
        }
        return table + blockers.toString();
    }
}
