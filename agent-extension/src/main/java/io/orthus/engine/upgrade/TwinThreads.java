// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.orthus.engine.adopt.SwitchVm.ThreadPair;
import io.orthus.engine.graft.Twins;
import io.orthus.engine.json.Json;
import io.orthus.engine.qmp.Qmp;
import io.orthus.engine.qmp.QmpException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The vCPU and I/O threads of both processes. libvirt places and pins threads one by one, and remembers their ids.
 *
 * @param vcpus thread ids of the new QEMU by vCPU index
 * @param ioThreads thread ids of the new QEMU by the name of the iothread object
 * @param pairs each thread of the old QEMU with its counterpart
 */
record TwinThreads(Map<Integer, Integer> vcpus, Map<String, Integer> ioThreads, List<ThreadPair> pairs) {
    static TwinThreads of(Twins twins) throws QmpException, IOException {
        Map<Integer, Integer> oldCpus = vcpus(twins.old());
        Map<Integer, Integer> newCpus = vcpus(twins.fresh());
        Map<String, Integer> oldIo = ioThreads(twins.old());
        Map<String, Integer> newIo = ioThreads(twins.fresh());
        List<ThreadPair> pairs = new ArrayList<>();
        newCpus.forEach((index, tid) -> pairs.add(new ThreadPair(oldCpus.get(index), tid)));
        newIo.forEach((name, tid) -> pairs.add(new ThreadPair(oldIo.get(name), tid)));
        return new TwinThreads(newCpus, newIo, List.copyOf(pairs));
    }

    private static Map<Integer, Integer> vcpus(Qmp qmp) throws QmpException, IOException {
        Map<Integer, Integer> threads = new TreeMap<>();
        for (JsonElement element : qmp.execute("query-cpus-fast").getAsJsonArray()) {
            JsonObject cpu = element.getAsJsonObject();
            threads.put(Json.getInt(cpu, "cpu-index"), Json.getInt(cpu, "thread-id"));
        }
        return threads;
    }

    private static Map<String, Integer> ioThreads(Qmp qmp) throws QmpException, IOException {
        Map<String, Integer> threads = new TreeMap<>();
        for (JsonElement element : qmp.execute("query-iothreads").getAsJsonArray()) {
            JsonObject thread = element.getAsJsonObject();
            threads.put(Json.getString(thread, "id"), Json.getInt(thread, "thread-id"));
        }
        return threads;
    }
}
