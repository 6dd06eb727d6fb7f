// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.preflight;

import io.orthus.engine.model.VmFacts;
import io.orthus.engine.vmm.Method;
import io.orthus.engine.vmm.QemuVersion;
import io.orthus.engine.vmm.Vmm;

/** Picks the best method that fits a VM, and says in words why not a better one. */
public final class MethodChooser {
    /** cpr-transfer appeared in QEMU 10.0. */
    private static final QemuVersion CPR_SINCE = QemuVersion.parse("10.0.0");
    /** From 8.1 on {@code x-ignore-shared} leaves out only RAM that is a named file, no longer every shared block. */
    private static final QemuVersion NAMED_FILES_ONLY_SINCE = QemuVersion.parse("8.1.0");

    /**
     * The chosen method.
     *
     * @param method which
     * @param why in words
     */
    public record Choice(Method method, String why) {}

    /** Chooses for one VM. */
    public Choice choose(VmFacts vm, Vmm target) {
        QemuVersion from = vm.running().version();
        if (target.version().compareTo(from) < 0) {
            return new Choice(
                    Method.TRANSPLANT,
                    "an older QEMU (%s) does not take CPR from a newer one".formatted(target.version()));
        }
        return switch (vm.memory()) {
            case MEMFD_AUX_SHARED ->
                from.compareTo(CPR_SINCE) >= 0
                        ? new Choice(Method.CPR_TRANSFER, "all of its RAM is in shared memfds")
                        : new Choice(
                                Method.TRANSPLANT, "QEMU %s has no cpr-transfer, 10.0 is the first".formatted(from));
            case SHARED_FILE ->
                new Choice(Method.SHARED_RAM, "its RAM is a shared file, its firmware and video memory are not shared");
            case MEMFD ->
                from.compareTo(NAMED_FILES_ONLY_SINCE) < 0
                        ? new Choice(Method.SHARED_RAM, "its RAM is a shared memfd")
                        : new Choice(
                                Method.TRANSPLANT,
                                "it was started without aux-ram-share: firmware and video memory are private");
            case ANONYMOUS -> new Choice(Method.TRANSPLANT, "its RAM is private to the process");
        };
    }
}
