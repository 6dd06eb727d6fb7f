// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import io.orthus.engine.inventory.Inventory;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.model.VmPlan;
import io.orthus.engine.preflight.Preflight;
import io.orthus.engine.report.History;
import io.orthus.engine.report.UpgradeReport;
import io.orthus.engine.upgrade.Options;
import io.orthus.engine.vmm.Vmm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Moves VMs back to where they came from. */
@Command(
        name = "rollback",
        description = "Move VMs back onto the QEMU they ran on before their last upgrade, in place.",
        mixinStandardHelpOptions = true)
final class RollbackCommand implements Callable<Integer> {
    @Mixin
    private Domains domains;

    @Mixin
    private WalkOptions walk;

    @Mixin
    private Output output;

    @Override
    public Integer call() throws Exception {
        Options options = walk.options();
        try (Session session = Session.exclusive()) {
            Walk hostWalk = new Walk(session, options, output);
            hostWalk.recover();
            Inventory inventory = session.inventory(domains.names());
            return hostWalk.run(UpgradeReport.ROLLBACK, inventory, plans(session, inventory));
        }
    }

    /** VMs that were never moved are left out when all are meant, and refused when they are named. */
    private List<VmPlan> plans(Session session, Inventory inventory) throws Exception {
        Preflight preflight = session.preflight();
        History history = session.history();
        List<VmPlan> plans = new ArrayList<>();
        for (VmFacts vm : inventory.vms()) {
            Optional<Vmm> before = history.before(vm.id().uuid());
            if (before.isPresent()) {
                plans.add(preflight.plan(vm, () -> session.previous(before.get())));
            } else if (!domains.names().isEmpty()) {
                throw new UsageException("'" + vm.id().name()
                        + "' was not upgraded, or was rolled back already; there is nothing to go back to");
            }
        }
        return plans;
    }
}
