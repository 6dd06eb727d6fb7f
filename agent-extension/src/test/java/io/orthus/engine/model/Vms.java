// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.model;

import io.orthus.engine.kvm.KvmInstance;
import io.orthus.engine.sys.ProcessId;
import io.orthus.engine.vmm.Method;
import io.orthus.engine.vmm.QemuVersion;
import io.orthus.engine.vmm.Vmm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** VMs as tests need them. */
public final class Vms {
    /** Greater than any pid that Linux gives out. */
    public static final ProcessId NO_PROCESS = new ProcessId(Integer.MAX_VALUE, 1);

    /** The kernel's own KVM. */
    public static final KvmInstance KERNELS_KVM = new KvmInstance("kvm", "6.12.94-1", Optional.empty());
    /** A newer KVM. */
    public static final KvmInstance OTHER_KVM =
            new KvmInstance("kvm_a", "6.12.107-1", Optional.of(Path.of("/srv/kvm_a.ko")));

    private Vms() {}

    /** Identity made from the name. */
    public static VmId id(String name) {
        return new VmId(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)), name);
    }

    /** A QEMU of that version. */
    public static Vmm qemu(String version) {
        return new Vmm(Path.of("/opt/q/qemu-system-x86_64"), QemuVersion.parse(version), false);
    }

    /** A running VM on QEMU 10.0.2. */
    public static VmFacts vm(String name, MemoryBacking memory) {
        return vm(name, memory, RunState.RUNNING, qemu("10.0.2"), "<domain><devices/></domain>", Optional.empty());
    }

    /** A VM. Its process is none. */
    public static VmFacts vm(
            String name, MemoryBacking memory, RunState state, Vmm running, String xml, Optional<String> job) {
        return new VmFacts(
                id(name),
                NO_PROCESS,
                running,
                "kvm",
                Optional.of(KERNELS_KVM),
                "pc-i440fx-10.0",
                state,
                memory,
                1L << 30,
                2,
                Path.of("/nowhere/monitor.sock"),
                Path.of("/nowhere/" + name + ".xml"),
                xml,
                job);
    }

    /** A plan to move a VM to QEMU 11.1.3. */
    public static VmPlan plan(String name, Method method) {
        return new VmPlan(
                vm(name, MemoryBacking.MEMFD_AUX_SHARED),
                qemu("11.1.3"),
                Optional.of(KERNELS_KVM),
                Optional.of(method),
                "because",
                List.of(),
                Optional.empty());
    }
}
