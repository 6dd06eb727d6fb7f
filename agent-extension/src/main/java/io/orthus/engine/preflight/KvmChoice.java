// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.preflight;

import io.orthus.engine.kvm.KvmInstance;
import io.orthus.engine.model.VmFacts;
import java.util.Optional;

/** Which KVM a VM shall run on. */
@FunctionalInterface
public interface KvmChoice {
    /** Each VM stays on the KVM that it uses. */
    KvmChoice STAY = VmFacts::kvm;

    /** Empty for a VM that is emulated. */
    Optional<KvmInstance> of(VmFacts vm);

    /** All VMs that use a KVM go to this one. */
    static KvmChoice all(KvmInstance target) {
        return vm -> vm.kvm().map(any -> target);
    }

    /** Whether that is another KVM than the VM uses. */
    default boolean changes(VmFacts vm) {
        return vm.kvm().isPresent() && !of(vm).filter(vm.kvm().get()::is).isPresent();
    }
}
