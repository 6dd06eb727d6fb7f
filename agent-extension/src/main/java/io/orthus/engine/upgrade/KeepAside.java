// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import io.orthus.engine.inventory.Inventory;
import io.orthus.engine.model.Blocker;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.model.VmPlan;
import io.orthus.engine.report.History;
import io.orthus.engine.sys.Proc;
import io.orthus.engine.sys.Reason;
import io.orthus.engine.vmm.QemuVersion;
import io.orthus.engine.vmm.VmmStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Before anything is changed, keeps each build that VMs run but the disk no longer has: once the last process that
 * executes a deleted file has ended, nothing can bring it back, and there would be no rollback. For who has the host's
 * lock.
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
        Set<QemuVersion> told = new HashSet<>();
        List<VmPlan> secured = new ArrayList<>();
        for (VmPlan plan : plans) {
            if (plan.movable() && plan.vm().running().deleted()) {
                secured.add(keep(plan.vm(), told).map(plan::blockedBy).orElse(plan));
            } else {
                secured.add(plan);
            }
        }
        return List.copyOf(secured);
    }

    private Optional<Blocker> keep(VmFacts vm, Set<QemuVersion> told) {
        QemuVersion version = vm.running().version();
        try {
            Proc proc = Proc.of(vm.process());
            VmmStore.Kept kept = store.keep(proc.executable(), proc.mappedFiles(), version);
            if (told.add(version)) {
                progress.host("QEMU %s is kept for a rollback: %s"
                        .formatted(version, kept.vmm().emulator()));
                kept.remarks().forEach(progress::host);
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(new Blocker(
                    "rollback",
                    "QEMU %s, which is no longer on the disk, cannot be kept: %s".formatted(version, Reason.of(e)),
                    "there would be no way back; make room or put that right, then try again"));
        }
    }

    /**
     * Removes the kept builds that nobody can need any more: no VM runs them, and none would go back to them. Removes
     * nothing when there are VMs of which that is not known.
     *
     * @param all all running VMs of the host
     */
    public void release(Inventory all, History history) throws IOException {
        if (!all.unreadable().isEmpty()) {
            return;
        }
        Set<QemuVersion> needed = new HashSet<>();
        for (VmFacts vm : all.vms()) {
            needed.add(vm.running().version());
            history.before(vm).ifPresent(last -> needed.add(last.qemu().version()));
        }
        store.retainOnly(needed)
                .forEach(name ->
                        progress.host("no VM can go back to QEMU %s any more; it is no longer kept".formatted(name)));
    }
}
