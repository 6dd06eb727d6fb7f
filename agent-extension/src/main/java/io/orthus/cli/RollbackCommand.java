// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import io.orthus.engine.inventory.Inventory;
import io.orthus.engine.kvm.KvmInstance;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.model.VmPlan;
import io.orthus.engine.preflight.KvmChoice;
import io.orthus.engine.preflight.Preflight;
import io.orthus.engine.report.History;
import io.orthus.engine.report.UpgradeReport;
import io.orthus.engine.vmm.Vmm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Moves VMs back to where they came from. */
@Command(
        name = "rollback",
        description = "Move VMs back onto the QEMU and the KVM they ran on before their last upgrade, in place.",
        mixinStandardHelpOptions = true)
final class RollbackCommand extends MoveCommand {
    @Mixin
    private PassthroughOption passthrough;

    RollbackCommand() {
        super(UpgradeReport.ROLLBACK);
    }

    /** The KVM that each VM goes back to. One that was started after the exchange follows the others. */
    private static Map<UUID, KvmInstance> kvms(Session session, Inventory inventory) throws IOException {
        Map<UUID, KvmInstance> kvms = new HashMap<>();
        for (VmFacts vm : inventory.vms()) {
            if (vm.kvm().isEmpty()) {
                continue;
            }
            Optional<History.Before> before = session.history().before(vm);
            Optional<KvmInstance> kvm = before.isPresent()
                    ? before.get().kvm()
                    : session.history().replacedBy(vm.kvm().get());
            if (kvm.isPresent()) {
                kvms.put(vm.id().uuid(), session.previous(kvm.get()));
            }
        }
        return kvms;
    }

    private static KvmChoice choice(Map<UUID, KvmInstance> kvms) {
        return vm -> vm.kvm().map(now -> kvms.getOrDefault(vm.id().uuid(), now));
    }

    /** The KVM that takes the other's place, if VMs change theirs. */
    private static Optional<KvmInstance> target(Inventory inventory, Map<UUID, KvmInstance> kvms)
            throws UsageException {
        Set<KvmInstance> targets = inventory.vms().stream()
                .filter(choice(kvms)::changes)
                .flatMap(vm -> choice(kvms).of(vm).stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        if (targets.size() > 1) {
            throw new UsageException("these VMs would go back to different KVMs, "
                    + targets.stream().map(KvmInstance::toString).collect(Collectors.joining(" and "))
                    + "; name those that go back together");
        }
        return targets.stream().findFirst();
    }

    /** VMs that were never moved are left out when all are meant, and refused when they are named. */
    @Override
    Moves moves(Session session, Inventory inventory, Walk hostWalk) throws Exception {
        Map<UUID, KvmInstance> kvms = kvms(session, inventory);
        Preflight preflight = session.preflight(choice(kvms), passthrough);
        List<VmPlan> plans = new ArrayList<>();
        for (VmFacts vm : inventory.vms()) {
            Optional<Vmm> before = session.history().before(vm).map(History.Before::qemu);
            if (before.isPresent()) {
                plans.add(preflight.plan(vm, () -> session.previous(before.get())));
            } else if (kvms.containsKey(vm.id().uuid())) {
                plans.add(preflight.plan(vm, () -> session.previous(vm.running())));
            } else if (named()) {
                throw new UsageException("'" + vm.id().name() + "' was not upgraded, or was rolled back or started anew"
                        + " since; there is nothing to go back to");
            }
        }
        return new Moves(plans, target(inventory, kvms));
    }
}
