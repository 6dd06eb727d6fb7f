// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.agent;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.orthus.protocol.Order;
import io.orthus.protocol.OrderKind;
import io.orthus.protocol.OrderOptions;
import io.orthus.protocol.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The {@code orthus} command of this host. Thread-safe. */
final class Engine {
    private static final String ORTHUS = "/usr/bin/orthus";

    private final Programs programs;

    Engine(Programs programs) {
        this.programs = programs;
    }

    /** What runs on this host, and on what. */
    JsonObject inventory() throws IOException {
        return ask("inventory");
    }

    /** What is under way, and which KVMs are loaded. */
    JsonObject status() throws IOException {
        return ask("status");
    }

    /** The command that brings into order what a walk left behind that did not come to its end. */
    static List<String> recovery() {
        return List.of(ORTHUS, "recover", "--json");
    }

    /**
     * The command that carries an order out.
     *
     * @param vms which of its VMs are still there
     * @param inventory what is on this host
     * @param kvm the module of the KVM to go to; empty to leave KVM as it is
     * @throws RefusedException if the target is not here
     */
    static List<String> walk(Order order, List<String> vms, JsonObject inventory, Optional<Path> kvm)
            throws RefusedException {
        List<String> command =
                new ArrayList<>(List.of(ORTHUS, order.kind().name().toLowerCase(Locale.ROOT), "--json"));
        if (order.kind() != OrderKind.PREFLIGHT) {
            OrderOptions options = order.options();
            command.add("--canaries=" + options.canaries());
            command.add("--failure-budget=" + options.failureBudget());
            if (options.parallel() > 0) {
                command.add("--parallel=" + options.parallel());
            }
            if (options.longestPauseMs() > 0) {
                command.add("--max-pause=" + options.longestPauseMs());
            }
        }
        if (order.kind() != OrderKind.ROLLBACK && order.target().qemu() != null) {
            command.add("--target=" + emulator(order.target(), inventory));
        }
        if (order.options().passthrough()) {
            command.add("--passthrough");
        }
        kvm.ifPresent(module -> command.add("--kvm=" + module));
        command.addAll(vms);
        return command;
    }

    /** Where the QEMU of that version is, by its full version or by its release. */
    private static String emulator(Target target, JsonObject inventory) throws RefusedException {
        Set<String> there = new LinkedHashSet<>();
        for (JsonElement each : EngineJson.array(inventory, "builds")) {
            JsonObject build = each.getAsJsonObject();
            JsonElement installed = build.get("installed");
            JsonArray builds = new JsonArray();
            builds.add(build);
            if (installed != null) {
                builds.add(installed);
            }
            for (JsonElement candidate : builds) {
                JsonObject vmm = candidate.getAsJsonObject();
                String version = EngineJson.text(vmm, "version");
                if (EngineJson.flag(vmm, "replacedOnDisk") || version == null) {
                    continue;
                }
                if (version.equals(target.qemu()) || version.split(" ", 2)[0].equals(target.qemu())) {
                    return EngineJson.text(vmm, "emulator");
                }
                there.add(version);
            }
        }
        throw new RefusedException("QEMU %s is not installed where VMs of this host were started from; there is %s"
                .formatted(target.qemu(), there.isEmpty() ? "none" : String.join(", ", there)));
    }

    private JsonObject ask(String what) throws IOException {
        Programs.Output output = programs.run(List.of(ORTHUS, what, "--json"));
        // A VM that cannot be looked at makes it fail, but it tells of the others.
        return EngineJson.parse(output.out())
                .orElseThrow(() -> new IOException("orthus %s: %s"
                        .formatted(
                                what,
                                output.err().isBlank()
                                        ? "no answer"
                                        : output.err().strip())));
    }
}
