// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import io.orthus.engine.inventory.Inventory;
import io.orthus.engine.model.VmPlan;
import io.orthus.engine.report.UpgradeReport;
import io.orthus.engine.upgrade.KeepAside;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Moves VMs onto the target. */
@Command(
        name = "upgrade",
        description = "Move running VMs onto a newer QEMU, in place. What cannot be moved is left as it is.",
        mixinStandardHelpOptions = true)
final class UpgradeCommand extends MoveCommand {
    @Mixin
    private TargetOption target;

    UpgradeCommand() {
        super(UpgradeReport.UPGRADE);
    }

    @Override
    List<VmPlan> plans(Session session, Inventory inventory, Walk hostWalk) throws Exception {
        List<VmPlan> plans = session.plans(inventory, target.path());
        return new KeepAside(session.kept(), hostWalk.progress()).secure(plans);
    }
}
