// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import io.orthus.engine.kvm.KvmInstance;
import io.orthus.engine.kvm.KvmModule;
import io.orthus.engine.kvm.LoadedKvm;
import io.orthus.engine.report.Printable;
import java.util.Optional;

/** KVMs as people read them. */
final class KvmLines {
    private KvmLines() {}

    /** For example {@code KVM 6.12.107-1 (kvm_a): /dev/kvm-a, /dev/kvm, owner}. */
    static String of(LoadedKvm kvm) {
        StringBuilder line = new StringBuilder(
                "KVM %s: %s".formatted(kvm.instance(), kvm.instance().device()));
        if (kvm.standard() && !kvm.instance().isKernels()) {
            line.append(", /dev/kvm");
        }
        kvm.state().ifPresent(state -> line.append(", ").append(state));
        return Printable.of(line.toString());
    }

    /** For example {@code kvm to kvm_a}, {@code kvm} if it stays, or {@code -} for a VM that is emulated. */
    static String way(Optional<KvmInstance> from, Optional<KvmInstance> to) {
        String before = from.map(KvmInstance::name).orElse("-");
        String after = to.map(KvmInstance::name).orElse("-");
        return before.equals(after) ? before : before + " to " + after;
    }

    /** Where a module comes from. */
    static String of(KvmModule module) {
        return Printable.of("%s: KVM %s for the kernel %s, from %s, changes %s, compiler %s%n"
                .formatted(
                        module.file(),
                        module.instance(),
                        module.release(),
                        module.source(),
                        module.changes(),
                        module.compiler())
                .strip());
    }
}
