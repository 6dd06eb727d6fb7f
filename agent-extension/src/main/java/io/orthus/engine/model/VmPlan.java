// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.model;

import io.orthus.engine.kvm.KvmInstance;
import io.orthus.engine.vmm.Method;
import io.orthus.engine.vmm.Vmm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is to be done with one VM and why.
 *
 * @param vm the VM as it is
 * @param target the QEMU it shall run on
 * @param kvm the KVM it shall run on; empty if it is emulated
 * @param method how it gets there; empty when it is up to date or cannot be moved
 * @param why the choice of the method, or that nothing is to be done, in words
 * @param blockers why it cannot be moved; empty if it can
 * @param predictedPause from this host's history of the method; empty without history
 */
public record VmPlan(
        VmFacts vm,
        Vmm target,
        Optional<KvmInstance> kvm,
        Optional<Method> method,
        String why,
        List<Blocker> blockers,
        Optional<Duration> predictedPause) {

    /** The same plan with something more in its way. */
    public VmPlan blockedBy(Blocker blocker) {
        List<Blocker> all = new ArrayList<>(blockers);
        all.add(blocker);
        return new VmPlan(vm, target, kvm, method, why, List.copyOf(all), predictedPause);
    }

    /** Whether the VM will be moved. */
    public boolean movable() {
        return method.isPresent() && blockers.isEmpty();
    }

    /** Whether there is nothing to do. */
    public boolean upToDate() {
        return method.isEmpty() && blockers.isEmpty();
    }
}
