// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.preflight;

import io.orthus.engine.libvirt.LibvirtFailure;
import io.orthus.engine.libvirt.LibvirtHost;
import io.orthus.engine.model.Blocker;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.vmm.Method;
import io.orthus.engine.vmm.Vmm;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The target must know the VM's machine type and accelerator. libvirt is asked, because it is libvirt that will manage
 * the result; asking also makes libvirt probe the binary now and not in the middle of the upgrade.
 */
public final class TargetCheck implements Check {
    private final LibvirtHost libvirt;
    private final Map<String, List<Blocker>> known = new ConcurrentHashMap<>();

    /** Asks {@code libvirt}. */
    public TargetCheck(LibvirtHost libvirt) {
        this.libvirt = libvirt;
    }

    @Override
    public List<Blocker> check(VmFacts vm, Vmm target, Method method) {
        String virtType = vm.accelerator().equals("kvm") ? "kvm" : "qemu";
        // Many VMs are of one kind, and to ask takes a connection.
        return known.computeIfAbsent(
                "%s %s %s".formatted(virtType, vm.machine(), target.emulator()), kind -> ask(vm, target, virtType));
    }

    private List<Blocker> ask(VmFacts vm, Vmm target, String virtType) {
        try {
            libvirt.probe(target.emulator(), vm.machine(), virtType);
            return List.of();
        } catch (LibvirtFailure e) {
            return List.of(new Blocker(
                    "target",
                    "QEMU %s cannot run a '%s' machine: %s".formatted(target.version(), vm.machine(), e.getMessage()),
                    "choose a target that still knows this machine type"));
        }
    }
}
