// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.preflight;

import io.orthus.engine.model.Blocker;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.model.VmPlan;
import io.orthus.engine.vmm.Vmm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides for each VM whether and how it can be moved. Changes nothing, so it is also the dry run. Thread-safe if its
 * checks are.
 */
public final class Preflight {
    private final MethodChooser chooser;
    private final PauseHistory history;
    private final KvmChoice choice;
    private final List<Check> checks;

    /**
     * Puts a preflight together.
     *
     * @param chooser picks the method
     * @param history predicts the pause from what was measured on this host
     * @param choice which KVM a VM goes to
     * @param checks all of them are asked, so that the operator sees every reason at once
     */
    public Preflight(MethodChooser chooser, PauseHistory history, KvmChoice choice, List<Check> checks) {
        this.choice = choice;
        this.chooser = chooser;
        this.history = history;
        this.checks = List.copyOf(checks);
    }

    /**
     * Plans one VM's way to a QEMU.
     *
     * @throws IOException if the host's history cannot be read
     */
    public VmPlan plan(VmFacts vm, Vmm target) throws IOException {
        // A rebuild can carry the same version; a process whose file was replaced does not run what is installed.
        boolean sameQemu = !vm.running().deleted() && vm.running().version().equals(target.version());
        if (sameQemu && !choice.changes(vm)) {
            String why = "runs on the target already" + (vm.kvm().isEmpty() ? "; it is emulated, not KVM" : "");
            return new VmPlan(vm, target, vm.kvm(), Optional.empty(), why, List.of(), Optional.empty());
        }
        MethodChooser.Choice way = chooser.choose(vm, target);
        List<Blocker> blockers = new ArrayList<>();
        for (Check check : checks) {
            try {
                blockers.addAll(check.check(vm, target, way.method()));
            } catch (IOException e) {
                blockers.add(new Blocker("preflight", "it could not be looked at: " + e.getMessage(), "try again"));
            }
        }
        return new VmPlan(
                vm,
                target,
                choice.of(vm),
                Optional.of(way.method()),
                way.why(),
                List.copyOf(blockers),
                history.predict(way.method()));
    }

    /** Where the target of a VM comes from. */
    @FunctionalInterface
    public interface TargetFinder {
        /** The QEMU to go to. */
        Vmm find() throws IOException;
    }

    /** The same for a target that has yet to be found; that there is none is a blocker of this VM. */
    public VmPlan plan(VmFacts vm, TargetFinder finder) throws IOException {
        Vmm target;
        try {
            target = finder.find();
        } catch (IOException e) {
            Blocker none = new Blocker("target", e.getMessage(), "name one with --target");
            return new VmPlan(
                    vm, vm.running(), vm.kvm(), Optional.empty(), "no target", List.of(none), Optional.empty());
        }
        return plan(vm, target);
    }
}
