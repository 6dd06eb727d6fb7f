// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import io.orthus.engine.adopt.CarriedDefinition;
import io.orthus.engine.adopt.NewProcess;
import io.orthus.engine.adopt.NewProcess.Ram;
import io.orthus.engine.adopt.StatusRewriter;
import io.orthus.engine.adopt.SwitchFiles;
import io.orthus.engine.graft.GraftException;
import io.orthus.engine.libvirt.StatusFile;
import io.orthus.engine.model.VmPlan;
import io.orthus.engine.sys.AtomicFile;
import io.orthus.engine.sys.ProcessId;
import io.orthus.engine.vmm.Method;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** Writes the status file by which libvirt will take the new process over. */
final class StatusStage {
    /** As libvirt's own: they hold passwords. */
    private static final String OWNER_ONLY = "rw-------";

    private final VmPlan plan;
    private final ProcessId fresh;
    private final Path installed;
    private final TwinFacts twins;
    private final SwitchFiles files;
    private final CarriedDefinition carried;
    private final List<String> capabilities;

    /**
     * For one VM.
     *
     * @param installed where the new QEMU's program is installed, or was if it is a kept one: the definition shall name a
     *     path that other hosts have too
     * @param carried the definition that the new QEMU was built from
     * @param capabilities what libvirt knows the new QEMU to be capable of
     */
    StatusStage(
            VmPlan plan,
            ProcessId fresh,
            Path installed,
            TwinFacts twins,
            SwitchFiles files,
            CarriedDefinition carried,
            List<String> capabilities) {
        this.carried = carried;
        this.capabilities = capabilities;
        this.plan = plan;
        this.fresh = fresh;
        this.installed = installed;
        this.twins = twins;
        this.files = files;
    }

    /**
     * Writes it.
     *
     * @throws GraftException if the VM was changed since its new QEMU was built
     */
    void write() throws IOException, GraftException {
        StatusFile current = StatusFile.read(files.statusLive());
        if (!CarriedDefinition.of(current).equals(carried)) {
            throw new GraftException("stage", "the VM was changed while its new QEMU was being prepared; try again");
        }
        byte[] next = StatusRewriter.rewrite(current, newProcess());
        Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(OWNER_ONLY);
        AtomicFile.write(files.statusBase(), current.bytes(), permissions);
        AtomicFile.write(files.statusNext(), next, permissions);
        AtomicFile.write(files.statusKept(), next, permissions);
    }

    private NewProcess newProcess() {
        // A transplant puts all RAM into shared memfds, whatever it was before.
        Ram ram = plan.method().orElseThrow() == Method.TRANSPLANT ? Ram.MEMFD : Ram.AS_DEFINED;
        return new NewProcess(
                fresh.pid(),
                new TreeMap<>(twins.vcpus()),
                installed,
                capabilities,
                twins.terminals(),
                ram,
                plan.target().version().atLeast(10, 0));
    }
}
