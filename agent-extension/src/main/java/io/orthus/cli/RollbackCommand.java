// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import io.orthus.engine.inventory.Inventory;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.model.VmPlan;
import io.orthus.engine.preflight.Preflight;
import io.orthus.engine.report.UpgradeReport;
import io.orthus.engine.vmm.Vmm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;

/** Moves VMs back to where they came from. */
@Command(
        name = "rollback",
        description = "Move VMs back onto the QEMU they ran on before their last upgrade, in place.",
        mixinStandardHelpOptions = true)
final class RollbackCommand extends MoveCommand {
    RollbackCommand() {
        super(UpgradeReport.ROLLBACK);
    }

    /** VMs that were never moved are left out when all are meant, and refused when they are named. */
    @Override
    List<VmPlan> plans(Session session, Inventory inventory, Walk hostWalk) throws Exception {
        Preflight preflight = session.preflight();
        List<VmPlan> plans = new ArrayList<>();
        for (VmFacts vm : inventory.vms()) {
            Optional<Vmm> before = session.history().before(vm);
            if (before.isPresent()) {
                plans.add(preflight.plan(vm, () -> session.previous(before.get())));
            } else if (named()) {
                throw new UsageException("'" + vm.id().name() + "' was not upgraded, or was rolled back or started anew"
                        + " since; there is nothing to go back to");
            }
        }
        return plans;
    }
}
