// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.kvm;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A KVM that is loaded.
 *
 * @param instance which
 * @param number of its own device
 * @param standard whether it is {@code /dev/kvm}, the one that VMs get which are started now
 * @param state what it says about the processor: {@code owner} or {@code coexists}; empty for the kernel's own, which
 *     does not know that there are others
 * @param vms how many VMs it says it has; empty for the kernel's own, which does not say
 * @param references how many references its module has; 0 means that nobody uses it
 */
public record LoadedKvm(
        KvmInstance instance,
        DeviceNumber number,
        boolean standard,
        Optional<String> state,
        OptionalInt vms,
        int references) {

    /** Whether it can be unloaded. The kernel looks again when it is told to, so this may be wrong by then. */
    public boolean unused() {
        return references == 0 && vms.orElse(0) == 0;
    }
}
