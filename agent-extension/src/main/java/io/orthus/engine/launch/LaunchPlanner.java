// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import io.orthus.engine.kvm.KvmInstance;
import io.orthus.engine.libvirt.DomainXml;
import io.orthus.engine.libvirt.HostdevInterfaces;
import io.orthus.engine.libvirt.LibvirtHost;
import io.orthus.engine.libvirt.StatusFile;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.qmp.Qmp;
import io.orthus.engine.qmp.QmpException;
import io.orthus.engine.sys.Proc;
import io.orthus.engine.vmm.Method;
import io.orthus.engine.vmm.Vmm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Gathers what the new QEMU's command line is made of. Changes nothing, so the preflight can ask it too. */
public final class LaunchPlanner {
    private final LibvirtHost libvirt;

    /** Asks {@code libvirt} and /proc. */
    public LaunchPlanner(LibvirtHost libvirt) {
        this.libvirt = libvirt;
    }

    /**
     * Makes the plan of one VM's new QEMU.
     *
     * @param kvm that it is to use; empty for one that is emulated
     * @param cprSocket where it waits for the RAM, with CPR
     * @throws VmNotCarriedException if the VM has something that cannot be taken over
     */
    public LaunchPlan plan(VmFacts vm, Vmm target, Method method, Optional<KvmInstance> kvm, Path cprSocket)
            throws VmNotCarriedException, QmpException, IOException {
        DomainXml definition = DomainXml.parse(libvirt.liveXml(vm.id().uuid()));
        definition.setEmulator(target.emulator());
        HostdevInterfaces.makePlain(definition);
        CommandLine nativeLine =
                CommandLine.parse(libvirt.nativeArgv(definition.toString()).argv());
        return new ArgvBuilder(method, target.version(), kvm, cprSocket)
                .build(StatusFile.read(vm.statusFile()).bytes(), nativeLine, running(vm));
    }

    private RunningQemu running(VmFacts vm) throws QmpException, IOException {
        Qmp monitor = libvirt.monitor(vm.id().uuid());
        Proc proc = Proc.of(vm.process());
        return new RunningQemu(
                CommandLine.parse(proc.commandLine()),
                RunningQemu.nodeNames(monitor.execute("query-named-block-nodes").getAsJsonArray()),
                proc.tapDescriptors(),
                proc.descriptors(),
                FdSet.read(monitor.execute("query-fdsets").getAsJsonArray()),
                SharedFiles.of(
                        proc.mappings(),
                        Path.of("/proc", Integer.toString(vm.process().pid()), "root")));
    }
}
