// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import io.orthus.engine.json.Json;
import io.orthus.engine.json.JsonException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the running QEMU process has and is, as far as the new one must have and be the same.
 *
 * @param commandLine with which it was started
 * @param blockNodes names of its block nodes, see {@link #nodeNames}
 * @param taps descriptors by the name of the tap's interface, one for each queue
 * @param descriptors what its descriptors lead to, as /proc/PID/fd says
 * @param fdSets descriptors that it offers to itself
 * @param sharedFiles files that it has mapped shared and whose paths, in its mount namespace, still lead to the very
 *     same files
 */
public record RunningQemu(
        CommandLine commandLine,
        Set<String> blockNodes,
        Map<String, List<Integer>> taps,
        Map<Integer, String> descriptors,
        List<FdSet> fdSets,
        Set<Path> sharedFiles) {

    public RunningQemu {
        blockNodes = Set.copyOf(blockNodes);
        taps = Map.copyOf(taps);
        descriptors = Map.copyOf(descriptors);
        fdSets = List.copyOf(fdSets);
        sharedFiles = Set.copyOf(sharedFiles);
    }

    /** Reads the answer to {@code query-named-block-nodes}; nodes that QEMU named itself are left out. */
    public static Set<String> nodeNames(JsonArray answer) throws JsonException {
        Set<String> names = new LinkedHashSet<>();
        for (JsonElement node : answer) {
            String name = Json.getString(node.getAsJsonObject(), "node-name");
            if (!name.startsWith("#")) {
                names.add(name);
            }
        }
        return names;
    }
}
