// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import io.orthus.engine.inventory.Inventory;
import io.orthus.engine.kvm.KvmInstance;
import io.orthus.engine.kvm.KvmModule;
import io.orthus.engine.model.VmPlan;
import io.orthus.engine.preflight.KvmChoice;
import io.orthus.engine.report.UpgradeReport;
import io.orthus.engine.upgrade.KeepAside;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Moves VMs onto the target. */
@Command(
        name = "upgrade",
        description = "Move running VMs onto a newer QEMU, a newer KVM or both, in place. What cannot be moved is left"
                + " as it is.",
        mixinStandardHelpOptions = true)
final class UpgradeCommand extends MoveCommand {
    @Mixin
    private TargetOption target;

    @Mixin
    private KvmOption kvm;

    @Mixin
    private PassthroughOption passthrough;

    UpgradeCommand() {
        super(UpgradeReport.UPGRADE);
    }

    @Override
    Moves moves(Session session, Inventory inventory, Walk hostWalk) throws Exception {
        Optional<KvmInstance> instance = session.module(kvm.path()).map(KvmModule::instance);
        KvmChoice choice = instance.map(KvmChoice::all).orElse(KvmChoice.STAY);
        List<VmPlan> plans = session.plans(inventory, target.path(), choice, passthrough);
        return new Moves(new KeepAside(session.kept(), hostWalk.progress()).secure(plans), instance);
    }
}
