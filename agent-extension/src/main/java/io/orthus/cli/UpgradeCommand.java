// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import io.orthus.engine.inventory.Inventory;
import io.orthus.engine.model.VmPlan;
import io.orthus.engine.report.UpgradeReport;
import io.orthus.engine.upgrade.KeepAside;
import io.orthus.engine.upgrade.Options;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Moves VMs onto the target. */
@Command(
        name = "upgrade",
        description = "Move running VMs onto a newer QEMU, in place. What cannot be moved is left as it is.",
        mixinStandardHelpOptions = true)
final class UpgradeCommand implements Callable<Integer> {
    @Mixin
    private Domains domains;

    @Mixin
    private TargetOption target;

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
            List<VmPlan> plans = session.plans(inventory, target.path());
            List<VmPlan> secured = new KeepAside(session.kept(), hostWalk.progress()).secure(plans);
            return hostWalk.run(UpgradeReport.UPGRADE, inventory, secured);
        }
    }
}
