// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.preflight;

import io.orthus.engine.libvirt.DomainXml;
import io.orthus.engine.libvirt.PassthroughDevice;
import io.orthus.engine.model.Blocker;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.vmm.Method;
import io.orthus.engine.vmm.Vmm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which PCI devices of the host go along with their VM. The new QEMU must get the open device from the old one, and
 * only CPR does that: whoever opens it anew resets it.
 */
public final class PassthroughCheck implements Check {
    private static final String DRIVER = "vfio-pci";
    private static final String REPLUG =
            "detach the device for the upgrade and attach it again afterwards, or shut the VM down meanwhile";

    private final Path sys;
    private final boolean allowed;

    /**
     * A check that looks at devices below {@code sys}, where sysfs is mounted.
     *
     * @param allowed whether the operator has asked for what is experimental
     */
    public PassthroughCheck(Path sys, boolean allowed) {
        this.sys = sys;
        this.allowed = allowed;
    }

    @Override
    public List<Blocker> check(VmFacts vm, Vmm target, Method method) throws IOException {
        List<Blocker> found = new ArrayList<>();
        for (PassthroughDevice device : DomainXml.parse(vm.liveXml()).passthrough()) {
            String subject = "device " + (device.alias().isEmpty() ? device.address() : device.alias());
            asked().ifPresent(why -> found.add(why.of(subject)));
            qemu(vm, target, method).ifPresent(why -> found.add(why.of(subject)));
            host(device).ifPresent(why -> found.add(why.of(subject)));
        }
        return found;
    }

    private Optional<Objection> asked() {
        return allowed
                ? Optional.empty()
                : Optional.of(new Objection(
                        "moving a VM with a PCI device of the host is experimental: it was tried under emulation only",
                        "ask for it with --passthrough, or passthrough=true of a campaign, on a VM that you can lose"));
    }

    /** CPR carries VFIO since QEMU 10.1, and needs it on both sides. */
    private static Optional<Objection> qemu(VmFacts vm, Vmm target, Method method) {
        if (!vm.running().version().atLeast(10, 1)) {
            return Optional.of(new Objection(
                    "QEMU %s, which it runs on, cannot hand a PCI device over; 10.1 is the first that can"
                            .formatted(vm.running().version()),
                    "shut the VM down and start it on QEMU 10.1 or newer; from then on it can be upgraded in place"));
        }
        if (!target.version().atLeast(10, 1)) {
            return Optional.of(new Objection(
                    "QEMU %s, the target, cannot take a PCI device over; 10.1 is the first that can"
                            .formatted(target.version()),
                    "choose a newer target with --target"));
        }
        if (method != Method.CPR_TRANSFER) {
            return Optional.of(new Objection(
                    "a PCI device goes along only when RAM is handed over in place, and this VM would be moved by %s"
                            .formatted(method),
                    "shut the VM down and start it with RAM in a shared memfd and aux-ram-share=on"));
        }
        return Optional.empty();
    }

    private Optional<Objection> host(PassthroughDevice device) throws IOException {
        Path directory = sys.resolve("bus/pci/devices").resolve(device.address());
        Path link = directory.resolve("driver");
        String driver = Files.isSymbolicLink(link)
                ? Files.readSymbolicLink(link).getFileName().toString()
                : "none";
        if (!driver.equals(DRIVER)) {
            return Optional.of(new Objection(
                    "its driver on the host is %s; only devices of %s are known to be carried over"
                            .formatted(driver, DRIVER),
                    REPLUG));
        }
        Path unsafe = sys.resolve("module/vfio_iommu_type1/parameters/allow_unsafe_interrupts");
        if (Files.exists(unsafe) && Files.readString(unsafe).strip().equals("Y")) {
            return Optional.of(new Objection(
                    "the host lets devices through whose interrupts are not remapped (allow_unsafe_interrupts of"
                            + " vfio_iommu_type1), so nothing keeps them apart while they change hands",
                    "switch interrupt remapping on in the firmware, and allow_unsafe_interrupts off"));
        }
        return Optional.empty();
    }

    private record Objection(String reason, String remedy) {
        Blocker of(String subject) {
            return new Blocker(subject, reason, remedy);
        }
    }
}
