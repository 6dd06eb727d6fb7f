// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.trial;

import io.orthus.engine.json.Json;
import io.orthus.engine.launch.CommandLine;
import io.orthus.engine.launch.CommandLine.Option;
import io.orthus.engine.launch.OptionValue;
import io.orthus.engine.vmm.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A VM's command line reduced to the machine: the same machine type, CPU and devices, at the same addresses, but nothing
 * behind them. Disks read as zeros, networks lead nowhere, terminals are mute. What names this one VM (MAC addresses,
 * serial numbers, its UUID) is left out, so that VMs of one shape give the same line.
 *
 * <p>Pure functions of command lines; nothing is opened or started.
 */
final class MachineLine {
    /** What makes the machine. Any other option is about the world outside of it. */
    private static final Set<String> KEPT = Set.of(
            "machine",
            "cpu",
            "m",
            "smp",
            "numa",
            "no-user-config",
            "nodefaults",
            "global",
            "rtc",
            "no-hpet",
            "no-acpi",
            "boot",
            "sandbox",
            "usb");

    /** Devices that are the world outside: a host's device, a process of its own, another host's memory. */
    private static final List<String> OUTSIDE = List.of(
            "vfio-",
            "vhost-",
            "usb-host",
            "usb-redir",
            "scsi-generic",
            "scsi-block",
            "ccid-card-",
            "tpm-",
            "virtio-9p",
            "ivshmem");

    /** Objects that devices and the machine refer to, and that lead nowhere outside. */
    private static final Set<String> OBJECTS = Set.of("iothread", "throttle-group", "main-loop");

    private static final String MEMORY = "memory-backend-";
    private static final String RANDOM = "rng-";

    /** Large enough for any guest to accept as a disk; nothing of it is ever stored. */
    private static final long DISK_BYTES = 1L << 30;
    /** A multiple of the flash's block size; both sides have the same. */
    private static final long FLASH_BYTES = 1L << 20;

    private MachineLine() {}

    /**
     * The running command line with the devices of the planned one: without those that were unplugged since it was
     * started, and with those that were plugged in.
     */
    static CommandLine withDevicesOf(CommandLine planned, CommandLine running) {
        Map<String, Option> wanted = byId(planned, "device");
        Map<String, Option> present = byId(running, "device");
        List<Option> options = new ArrayList<>(running.options().stream()
                .filter(option -> !option.is("device")
                        || option.parsed()
                                .id()
                                .filter(id -> !wanted.containsKey(id))
                                .isEmpty())
                .toList());
        wanted.forEach((id, device) -> {
            if (!present.containsKey(id)) {
                options.add(device);
            }
        });
        Map<String, Option> objects = byId(running, "object");
        byId(planned, "object").forEach((id, object) -> {
            if (!objects.containsKey(id)) {
                options.add(object);
            }
        });
        return new CommandLine(running.emulator(), options);
    }

    /**
     * The machine of a command line.
     *
     * @param method decides what RAM must be made of
     * @param ram directory of the files that RAM is in, if it is in files
     */
    static CommandLine of(CommandLine line, Method method, Path ram) {
        List<Option> options = new ArrayList<>();
        Map<String, Option> backends = new LinkedHashMap<>();
        for (Option option : line.options()) {
            if (option.is("accel")) {
                // Which KVM it is makes no difference to the devices, and the one that is meant may not be loaded yet.
                options.add(option.with(option.parsed().without("device")));
            } else if (KEPT.contains(option.name())) {
                options.add(option);
            } else if (option.is("object")) {
                object(option.parsed(), method, ram).ifPresent(options::add);
            } else if (option.is("device") && !isOutside(option.parsed())) {
                OptionValue device = anonymous(option.parsed());
                options.add(option.with(device));
                addBackends(device, backends);
            }
            if (option.is("machine")) {
                for (String flash : List.of("pflash0", "pflash1")) {
                    option.parsed()
                            .get(flash)
                            .ifPresent(node ->
                                    backends.put("block " + node, zeros(node, FLASH_BYTES, flash.equals("pflash0"))));
                }
            }
        }
        options.addAll(backends.values());
        return new CommandLine(line.emulator(), options);
    }

    private static Map<String, Option> byId(CommandLine line, String name) {
        Map<String, Option> found = new LinkedHashMap<>();
        for (Option option : line.options()) {
            if (option.is(name)) {
                option.parsed().id().ifPresent(id -> found.put(id, option));
            }
        }
        return found;
    }

    private static boolean isOutside(OptionValue device) {
        return OUTSIDE.stream().anyMatch(device.kind()::startsWith);
    }

    private static OptionValue anonymous(OptionValue device) {
        return device.without("mac").without("serial").without("wwn");
    }

    private static Optional<Option> object(OptionValue object, Method method, Path ram) {
        String kind = object.kind();
        if (kind.startsWith(MEMORY)) {
            return Optional.of(memory(object, method, ram));
        }
        if (kind.startsWith(RANDOM)) {
            return object.id()
                    .map(id -> Option.of(
                            "object",
                            OptionValue.of(Json.object()
                                    .put("qom-type", "rng-builtin")
                                    .put("id", id)
                                    .build())));
        }
        return OBJECTS.contains(kind) ? Optional.of(Option.of("object", object)) : Optional.empty();
    }

    /** RAM that both can have, of the same size; only what the firmware touches of it is ever allocated. */
    private static Option memory(OptionValue backend, Method method, Path ram) {
        String id = backend.id().orElseThrow(() -> new IllegalArgumentException("RAM without an id: " + backend));
        boolean memfd = method == Method.CPR_TRANSFER;
        var object = Json.object()
                .put("qom-type", memfd ? "memory-backend-memfd" : "memory-backend-file")
                .put("id", id)
                .put("size", size(backend))
                .put("share", true);
        if (!memfd) {
            object.put("mem-path", ram.resolve(id).toString());
        }
        // How the RAM block is called in the stream depends on it.
        backend.get("x-use-canonical-path-for-ramblock-id")
                .ifPresent(value -> object.put("x-use-canonical-path-for-ramblock-id", value.equals("on")));
        return Option.of("object", OptionValue.of(object.build()));
    }

    private static long size(OptionValue backend) {
        String size = backend.get("size").orElse("");
        if (!size.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException("RAM of a size that is no number of bytes: " + backend);
        }
        return Long.parseLong(size);
    }

    private static void addBackends(OptionValue device, Map<String, Option> backends) {
        add(
                device,
                "drive",
                "block ",
                backends,
                node -> zeros(node, DISK_BYTES, device.kind().endsWith("-cd")));
        add(
                device,
                "netdev",
                "net ",
                backends,
                id -> Option.of("netdev", "hubport,id=" + id + ",hubid=" + backends.size()));
        add(device, "chardev", "char ", backends, id -> Option.of("chardev", "null,id=" + id));
        add(device, "audiodev", "audio ", backends, id -> Option.of("audiodev", "none,id=" + id));
    }

    private static void add(
            OptionValue device,
            String key,
            String kind,
            Map<String, Option> backends,
            Function<String, Option> backend) {
        device.get(key).ifPresent(name -> backends.computeIfAbsent(kind + name, any -> backend.apply(name)));
    }

    private static Option zeros(String node, long bytes, boolean readOnly) {
        return Option.of(
                "blockdev",
                OptionValue.of(Json.object()
                        .put("driver", "null-co")
                        .put("node-name", node)
                        .put("size", bytes)
                        .put("read-zeroes", true)
                        .put("read-only", readOnly)
                        .build()));
    }
}
