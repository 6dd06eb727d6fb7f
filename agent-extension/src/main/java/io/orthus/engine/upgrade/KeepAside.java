// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import io.orthus.engine.model.Blocker;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.model.VmPlan;
import io.orthus.engine.sys.Proc;
import io.orthus.engine.sys.Reason;
import io.orthus.engine.vmm.QemuVersion;
import io.orthus.engine.vmm.VmmStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Before anything is changed, keeps each build that VMs run but the disk no longer has: once the last process that
 * executes a deleted file has ended, nothing can bring it back, and there would be no rollback.
 */
public final class KeepAside {
    private final VmmStore store;
    private final Progress progress;

    /** Keeps builds in {@code store}. */
    public KeepAside(VmmStore store, Progress progress) {
        this.store = store;
        this.progress = progress;
    }

    /** The plans as they were, but those blocked whose build cannot be kept. */
    public List<VmPlan> secure(List<VmPlan> plans) {
        Map<QemuVersion, Optional<Blocker>> builds = new HashMap<>();
        List<VmPlan> secured = new ArrayList<>();
        for (VmPlan plan : plans) {
            if (plan.movable() && plan.vm().running().deleted()) {
                secured.add(builds.computeIfAbsent(plan.vm().running().version(), v -> keep(plan.vm()))
                        .map(plan::blockedBy)
                        .orElse(plan));
            } else {
                secured.add(plan);
            }
        }
        return List.copyOf(secured);
    }

    private Optional<Blocker> keep(VmFacts vm) {
        try {
            VmmStore.Kept kept =
                    store.keep(Proc.of(vm.process()).executable(), vm.running().version());
            progress.host("QEMU %s is kept for a rollback: %s"
                    .formatted(vm.running().version(), kept.vmm().emulator()));
            kept.remarks().forEach(progress::host);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(new Blocker(
                    "rollback",
                    "QEMU %s, which is no longer on the disk, cannot be kept: %s"
                            .formatted(vm.running().version(), Reason.of(e)),
                    "there would be no way back; make room or put that right, then try again"));
        }
    }
}
