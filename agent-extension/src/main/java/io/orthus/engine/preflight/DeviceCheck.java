// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.preflight;

import io.orthus.engine.libvirt.DomainXml;
import io.orthus.engine.libvirt.Xml;
import io.orthus.engine.model.Blocker;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.vmm.Method;
import io.orthus.engine.vmm.Vmm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.w3c.dom.Element;

/**
 * Which devices can be taken along. What is not known to work is refused: a device that this table does not name is a
 * blocker, not a risk. How each entry was found out is told in docs/devices.md.
 */
public final class DeviceCheck implements Check {
    private static final String RESTART = "restart the VM to bring it onto the new QEMU, or migrate it away";
    private static final String REPLUG =
            "detach it for the upgrade and attach it again afterwards, or restart the VM to bring it onto the new QEMU";

    /** What can be taken from a running VM, and often keeps it from being migrated. */
    private static final Set<String> UNPLUGGABLE = Set.of("hostdev", "interface", "redirdev", "vsock");

    private static final Set<String> CARRIED = Set.of(
            "emulator", "controller", "input", "audio", "sound", "memballoon", "watchdog", "panic", "hub", "iommu");

    private static final Map<String, String> NEVER = Map.of(
            "tpm", "the TPM emulator ends when the old QEMU lets go of it",
            "filesystem", "a shared folder has a single connection that cannot be handed over",
            "redirdev", "USB redirection has a connection that cannot be handed over",
            "smartcard", "a smart card has a connection that cannot be handed over",
            "shmem", "shared memory with a server has a connection that cannot be handed over",
            "vsock", "the VM's vsock address is held by the old QEMU until it ends",
            "pstore", "this device is not known to be carried over",
            "crypto", "this device is not known to be carried over");

    private static final Map<String, Function<Element, Optional<String>>> BY_KIND = Map.of(
            "disk", DeviceCheck::disk,
            "interface", DeviceCheck::nic,
            "hostdev", DeviceCheck::hostdev,
            "graphics", DeviceCheck::graphics,
            "video", DeviceCheck::video,
            "rng", DeviceCheck::rng,
            "memory", DeviceCheck::memory,
            "serial", DeviceCheck::chardev,
            "console", DeviceCheck::chardev,
            "parallel", DeviceCheck::chardev);

    @Override
    public List<Blocker> check(VmFacts vm, Vmm target, Method method) throws IOException {
        DomainXml domain = DomainXml.parse(vm.liveXml());
        List<Blocker> found = new ArrayList<>();
        if (Xml.findChild(domain.root(), "launchSecurity").isPresent()) {
            found.add(
                    new Blocker("launchSecurity", "the memory of an encrypted VM belongs to the old process", RESTART));
        }
        for (Element device : domain.devices()) {
            objection(device).ifPresent(why -> found.add(new Blocker(subject(device), why, remedy(device))));
        }
        // A serial port that is the VM's console is there a second time, as that.
        return found.stream().distinct().toList();
    }

    private static Optional<String> objection(Element device) {
        String kind = device.getTagName();
        if (CARRIED.contains(kind)) {
            return Optional.empty();
        }
        if (NEVER.containsKey(kind)) {
            return Optional.of(NEVER.get(kind));
        }
        if (kind.equals("channel")) {
            return chardev(device);
        }
        Function<Element, Optional<String>> rule = BY_KIND.get(kind);
        return rule == null
                ? Optional.of("devices of the kind '" + kind + "' are not known to be carried over")
                : rule.apply(device);
    }

    private static Optional<String> disk(Element disk) {
        return switch (disk.getAttribute("type")) {
            case "file", "block", "network", "volume" -> {
                if (Xml.findChild(disk, "mirror").isPresent()) {
                    yield Optional.of("a block job is copying it");
                }
                if (Xml.findChild(disk, "transient").isPresent()) {
                    yield Optional.of("its changes belong to the old process and would be lost");
                }
                yield DomainXml.descendant(disk, "reservations")
                        .map(r -> "persistent reservations are held through a helper of the old process");
            }
            default ->
                Optional.of("disks of type '" + disk.getAttribute("type")
                        + "' have a connection that cannot be handed over");
        };
    }

    private static Optional<String> nic(Element nic) {
        return switch (nic.getAttribute("type")) {
            case "bridge", "network", "ethernet" -> Optional.empty();
            case "hostdev" -> Optional.empty(); // PassthroughCheck has a closer look.
            default ->
                Optional.of("network backends of type '" + nic.getAttribute("type")
                        + "' have a connection that cannot be handed over");
        };
    }

    private static Optional<String> hostdev(Element device) {
        return switch (device.getAttribute("type")) {
            case "pci" -> // PassthroughCheck has a closer look at the others.
                Xml.findChild(device, "driver")
                        .filter(driver -> driver.getAttribute("iommufd").equals("yes"))
                        .map(driver -> "its IOMMU mappings are in an iommufd, which is not known to be carried over");
            case "mdev" ->
                Optional.of("a mediated device in a legacy container needs the VM's memory to keep its address in QEMU,"
                        + " which another process cannot give it");
            case "usb" -> Optional.of("a USB device of the host is opened anew by the new QEMU, which resets it");
            default ->
                Optional.of("a host device of type '" + device.getAttribute("type")
                        + "' is opened anew by the new QEMU, while the old one may have requests in it");
        };
    }

    private static Optional<String> graphics(Element graphics) {
        return graphics.getAttribute("type").equals("vnc")
                ? Optional.empty()
                : Optional.of("a display of type '" + graphics.getAttribute("type") + "' cannot be handed over");
    }

    private static Optional<String> video(Element video) {
        return DomainXml.descendant(video, "acceleration")
                .filter(a -> a.getAttribute("accel3d").equals("yes"))
                .map(a -> "the state of 3D acceleration lives in the host's graphics driver");
    }

    private static Optional<String> rng(Element rng) {
        return Xml.findChild(rng, "backend")
                .filter(b -> !Set.of("random", "builtin").contains(b.getAttribute("model")))
                .map(b -> "its entropy source is a connection that cannot be handed over");
    }

    private static Optional<String> memory(Element memory) {
        return memory.getAttribute("model").equals("dimm")
                ? Optional.empty()
                : Optional.of(
                        "memory of the model '" + memory.getAttribute("model") + "' is not known to be carried over");
    }

    private static Optional<String> chardev(Element device) {
        String type = device.getAttribute("type");
        boolean listening = Xml.findChild(device, "source")
                .map(s -> !s.getAttribute("mode").equals("connect"))
                .orElse(true);
        return switch (type) {
            case "pty", "null", "file" -> Optional.empty();
            case "unix" ->
                listening
                        ? Optional.empty()
                        : Optional.of("its connection was opened by the old process and cannot be handed over");
            default -> Optional.of("a character device of type '" + type + "' cannot be handed over");
        };
    }

    private static String remedy(Element device) {
        return UNPLUGGABLE.contains(device.getTagName()) ? REPLUG : RESTART;
    }

    private static String subject(Element device) {
        String alias = DomainXml.alias(device);
        return alias.isEmpty() ? "device " + device.getTagName() : "device " + alias;
    }
}
