// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.launch.CommandLine.Option;
import io.orthus.engine.launch.LiveDomain.ImageNodes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Gives block nodes the names that they have in the running QEMU. libvirt numbers nodes as it meets images, so a
 * command line made afresh counts differently as soon as a disk was plugged or a snapshot was taken; but libvirt goes
 * on to use the names in its status file.
 */
final class BlockNodeNames {
    private static final String FORMAT = "format";
    private static final String STORAGE = "storage";
    private static final String SLICE = "slice-storage";

    private final LiveDomain live;
    private final List<String> reasons;
    private final Map<String, OptionValue> nodes = new LinkedHashMap<>();

    /** New name of a node where it is defined. */
    private final Map<String, String> defined = new HashMap<>();
    /** New name of a node where another one or a device refers to it. */
    private final Map<String, String> referred = new HashMap<>();
    /** Raw format nodes that libvirt leaves out by now but the running QEMU has, by the native name of what is below. */
    private final Map<String, String> rawFormats = new HashMap<>();

    private BlockNodeNames(LiveDomain live, List<String> reasons) {
        this.live = live;
        this.reasons = reasons;
    }

    /**
     * The command line with the names put right.
     *
     * @param running names in the running QEMU
     * @param reasons gets a sentence for each node that cannot be matched
     */
    static CommandLine apply(CommandLine line, LiveDomain live, Set<String> running, List<String> reasons) {
        BlockNodeNames names = new BlockNodeNames(live, reasons);
        names.match(line);
        CommandLine renamed = names.rename(line);
        names.compare(renamed, running);
        return renamed;
    }

    private void match(CommandLine line) {
        line.values("blockdev")
                .map(OptionValue::parse)
                .forEach(node -> nodes.put(node.get("node-name").orElse(""), node));
        Map<String, List<ImageNodes>> chains = live.chains();
        line.values("device").map(OptionValue::parse).forEach(device -> {
            Optional<String> drive = device.get("drive").filter(nodes::containsKey);
            if (drive.isPresent()) {
                String alias = device.id().orElse("");
                matchChain(alias, drive.get(), chains.getOrDefault(alias, List.of()));
            }
        });
    }

    private void matchChain(String alias, String top, List<ImageNodes> chain) {
        int depth = 0;
        for (Optional<String> node = Optional.of(top); node.isPresent(); depth++) {
            Map<String, String> layer = layer(node.get());
            if (depth >= chain.size() || !matchLayer(layer, chain.get(depth).names())) {
                depth = -1;
                break;
            }
            node = nodes.get(node.get()).get("backing").filter(nodes::containsKey);
        }
        if (depth != chain.size()) {
            reasons.add(
                    "disk " + alias + ": libvirt's status file and its definition disagree about the chain of images");
        }
    }

    /** Native names of the nodes of one image by type. */
    private Map<String, String> layer(String top) {
        Map<String, String> layer = new HashMap<>();
        for (Optional<String> node = Optional.of(top); node.isPresent(); ) {
            layer.put(type(node.get()), node.get());
            node = nodes.get(node.get()).get("file").filter(nodes::containsKey);
        }
        return layer;
    }

    private boolean matchLayer(Map<String, String> layer, Map<String, String> names) {
        Set<String> liveOnly = new TreeSet<>(names.keySet());
        liveOnly.removeAll(layer.keySet());
        if (!names.keySet().containsAll(layer.keySet()) || !(liveOnly.isEmpty() || liveOnly.equals(Set.of(FORMAT)))) {
            return false;
        }
        layer.forEach((type, node) -> {
            defined.put(node, names.get(type));
            referred.put(node, names.get(type));
        });
        if (!liveOnly.isEmpty()) {
            String below = layer.getOrDefault(SLICE, layer.get(STORAGE));
            rawFormats.put(below, names.get(FORMAT));
            referred.put(below, names.get(FORMAT));
        }
        return true;
    }

    private static String type(String node) {
        if (node.endsWith("-format")) {
            return FORMAT;
        }
        return node.endsWith("-slice-sto") ? SLICE : STORAGE;
    }

    private CommandLine rename(CommandLine line) {
        List<Option> options = new ArrayList<>();
        for (Option option : line.options()) {
            if (option.is("blockdev")) {
                OptionValue node = option.parsed();
                String name = node.get("node-name").orElse("");
                options.add(option.with(refer(refer(define(node), "file"), "backing")));
                Optional.ofNullable(rawFormats.get(name))
                        .ifPresent(format -> options.add(Option.of("blockdev", rawFormat(node, format))));
            } else if (option.is("device")) {
                options.add(option.with(refer(option.parsed(), "drive")));
            } else {
                options.add(option);
            }
        }
        return new CommandLine(line.emulator(), options);
    }

    private OptionValue define(OptionValue node) {
        return node.get("node-name")
                .map(defined::get)
                .map(name -> node.with("node-name", name))
                .orElse(node);
    }

    private OptionValue refer(OptionValue value, String key) {
        return value.get(key)
                .map(referred::get)
                .map(name -> value.with(key, name))
                .orElse(value);
    }

    private OptionValue rawFormat(OptionValue below, String name) {
        JsonObject node = Json.object()
                .put("node-name", name)
                .put("read-only", below.isOn("read-only"))
                .put("driver", "raw")
                .put("file", defined.get(below.get("node-name").orElse("")))
                .build();
        return OptionValue.of(node);
    }

    private void compare(CommandLine line, Set<String> running) {
        Set<String> missing = new TreeSet<>(running);
        Set<String> extra = new TreeSet<>();
        line.values("blockdev")
                .map(OptionValue::parse)
                .flatMap(node -> node.get("node-name").stream())
                .forEach(name -> {
                    if (!missing.remove(name)) {
                        extra.add(name);
                    }
                });
        missing.forEach(
                name -> reasons.add("block node " + name + " of the running QEMU is not in the domain's definition"));
        extra.forEach(
                name -> reasons.add("block node " + name + " of the domain's definition is not in the running QEMU"));
    }
}
