// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import io.orthus.engine.launch.CommandLine.Option;
import io.orthus.engine.vmm.Method;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Parts of a VM that exist once and that only the running QEMU can have: host devices, connections to helper processes,
 * ports.
 */
final class UncarriedParts {
    /** Options, and what they stand for. */
    private static final Map<String, String> OPTIONS = Map.of(
            "spice", "a SPICE display",
            "tpmdev", "a TPM",
            "add-fd", "descriptors that libvirt passes to QEMU for other things than a log",
            "nic", "a network interface of the old kind",
            "net", "a network interface of the old kind",
            "gdb", "a debugger port",
            "s", "a debugger port");

    /** The one kind of passthrough device that CPR hands over; whether it may is the preflight's to say. */
    private static final String PASSTHROUGH_PCI = "vfio-pci";

    /** Beginnings of names of devices, and what they stand for. */
    private static final Map<String, String> DEVICES = Map.of(
            "vfio-", "a passthrough device",
            "vhost-", "a device whose back end is another process or the kernel",
            "virtio-pmem", "persistent memory",
            "nvdimm", "persistent memory",
            "ivshmem", "memory shared with other VMs",
            "tpm-", "a TPM",
            "usb-host", "a USB device of the host",
            "usb-redir", "a redirected USB device",
            "ccid-card-passthru", "a smart card of the host");

    /** Objects that can be made again, or that do not matter. Others are refused, because they may do harm. */
    private static final Set<String> OBJECTS = Set.of(
            "memory-backend-ram",
            "memory-backend-memfd",
            "memory-backend-file",
            "memory-backend-shm",
            "secret",
            "tls-creds-x509",
            "tls-creds-psk",
            "tls-creds-anon",
            "tls-cipher-suites",
            "authz-simple",
            "authz-list",
            "authz-list-file",
            "authz-pam",
            "rng-random",
            "rng-builtin",
            "iothread",
            "main-loop",
            "throttle-group",
            "thread-context",
            "cryptodev-backend",
            "cryptodev-backend-builtin",
            "pr-manager-helper");

    private static final Set<String> DISPLAYS = Set.of("none", "egl-headless");

    private UncarriedParts() {}

    /** Adds a sentence to the reasons for each part that stands in the way. */
    static void refuse(CommandLine line, Method method, List<String> reasons) {
        for (Option option : line.options()) {
            if (OPTIONS.containsKey(option.name())) {
                reasons.add("it has " + OPTIONS.get(option.name()) + " (-" + option.name()
                        + "), which cannot be handed to a new QEMU");
            } else if (option.is("device")) {
                refuseDevice(option.parsed(), method == Method.CPR_TRANSFER, reasons);
            } else if (option.is("object") && !OBJECTS.contains(option.parsed().kind())) {
                reasons.add("it has an object of kind \"" + option.parsed().kind()
                        + "\", which cannot be handed to a new QEMU");
            } else if (option.is("display")
                    && !DISPLAYS.contains(option.parsed().kind())) {
                reasons.add("it has a display of kind \"" + option.parsed().kind()
                        + "\", which cannot be handed to a new QEMU");
            }
        }
    }

    private static void refuseDevice(OptionValue device, boolean cpr, List<String> reasons) {
        DEVICES.forEach((beginning, words) -> {
            if (device.kind().startsWith(beginning) && !(cpr && device.kind().equals(PASSTHROUGH_PCI))) {
                reasons.add("device " + device.id().orElse(device.kind()) + " is " + words + " (" + device.kind()
                        + "), which cannot be handed to a new QEMU");
            }
        });
    }
}
