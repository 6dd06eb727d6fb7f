// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.orthus.engine.adopt.SwitchVm.ThreadPair;
import io.orthus.engine.graft.Twins;
import io.orthus.engine.json.Json;
import io.orthus.engine.json.JsonException;
import io.orthus.engine.qmp.Qmp;
import io.orthus.engine.qmp.QmpException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the status file and the switch must know of both processes. libvirt places and pins threads one by one, and
 * remembers their ids and where the pseudo terminals are.
 *
 * @param vcpus thread ids of the new QEMU by vCPU index
 * @param terminals paths of the new QEMU's pseudo terminals by the alias of their device
 * @param pairs each thread of the old QEMU with its counterpart
 */
record TwinFacts(Map<Integer, Integer> vcpus, Map<String, String> terminals, List<ThreadPair> pairs) {
    private static final String TERMINAL = "pty:";
    private static final String CHARDEV = "char";

    static TwinFacts of(Twins twins) throws QmpException, IOException {
        Map<Integer, Integer> oldCpus = vcpus(twins.old());
        Map<Integer, Integer> newCpus = vcpus(twins.fresh());
        Map<String, Integer> oldIo = ioThreads(twins.old());
        Map<String, Integer> newIo = ioThreads(twins.fresh());
        List<ThreadPair> pairs = new ArrayList<>();
        newCpus.forEach((index, tid) -> pairs.add(new ThreadPair(oldCpus.get(index), tid)));
        newIo.forEach((name, tid) -> pairs.add(new ThreadPair(oldIo.get(name), tid)));
        return new TwinFacts(newCpus, terminals(twins.fresh()), List.copyOf(pairs));
    }

    /** The ids of all threads of a QEMU in which its guest's code or its I/O threads run. */
    static Set<Integer> guestThreads(Qmp qmp) throws QmpException, IOException {
        Set<Integer> threads = new TreeSet<>(vcpus(qmp).values());
        threads.addAll(ioThreads(qmp).values());
        return threads;
    }

    private static Map<String, String> terminals(Qmp qmp) throws QmpException, IOException {
        Map<String, String> terminals = new TreeMap<>();
        for (JsonElement element : qmp.execute("query-chardev").getAsJsonArray()) {
            JsonObject chardev = element.getAsJsonObject();
            String file = Json.getString(chardev, "filename");
            String label = Json.getString(chardev, "label");
            if (file.startsWith(TERMINAL) && label.startsWith(CHARDEV)) {
                terminals.put(label.substring(CHARDEV.length()), file.substring(TERMINAL.length()));
            }
        }
        return terminals;
    }

    private static Map<Integer, Integer> vcpus(Qmp qmp) throws QmpException, IOException {
        return threads(qmp, "query-cpus-fast", cpu -> Json.getInt(cpu, "cpu-index"));
    }

    private static Map<String, Integer> ioThreads(Qmp qmp) throws QmpException, IOException {
        return threads(qmp, "query-iothreads", thread -> Json.getString(thread, "id"));
    }

    @FunctionalInterface
    private interface Key<K> {
        K of(JsonObject thread) throws JsonException;
    }

    private static <K> Map<K, Integer> threads(Qmp qmp, String query, Key<K> key) throws QmpException, IOException {
        Map<K, Integer> threads = new TreeMap<>();
        for (JsonElement element : qmp.execute(query).getAsJsonArray()) {
            JsonObject thread = element.getAsJsonObject();
            threads.put(key.of(thread), Json.getInt(thread, "thread-id"));
        }
        return threads;
    }
}
