// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.model;

import io.orthus.engine.kvm.KvmInstance;
import io.orthus.engine.sys.ProcessId;
import io.orthus.engine.vmm.Vmm;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One running VM as the inventory saw it.
 *
 * @param id which VM
 * @param process its QEMU process
 * @param running the QEMU build which that process executes, which may no longer be what is on disk
 * @param accelerator {@code kvm} or {@code tcg}
 * @param kvm the KVM that it uses; empty if it is emulated
 * @param machine the versioned machine type, for example {@code pc-i440fx-10.0}
 * @param state what the guest does
 * @param memory what its RAM is made of
 * @param ramBytes size of guest RAM
 * @param vcpus number of vCPUs that are plugged in
 * @param monitor path of the monitor socket libvirt uses
 * @param statusFile libvirt's status file of the domain
 * @param liveXml the live definition with secrets; never logged
 * @param job what libvirt or QEMU is doing with the VM right now, if anything
 */
public record VmFacts(
        VmId id,
        ProcessId process,
        Vmm running,
        String accelerator,
        Optional<KvmInstance> kvm,
        String machine,
        RunState state,
        MemoryBacking memory,
        long ramBytes,
        int vcpus,
        Path monitor,
        Path statusFile,
        String liveXml,
        Optional<String> job) {
    @Override
    public String toString() {
        return id + " (pid " + process.pid() + ", QEMU " + running.version() + ")";
    }
}
