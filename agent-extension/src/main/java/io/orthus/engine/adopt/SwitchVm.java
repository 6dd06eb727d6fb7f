// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.adopt;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.orthus.engine.graft.SwitchCommands;
import io.orthus.engine.json.Json;
import io.orthus.engine.model.VmId;
import io.orthus.engine.sys.ProcessId;
import java.nio.file.Path;
import java.util.List;

/**
 * What orthus-switch must know about one VM. docs/architecture.md describes the document.
 *
 * @param id which VM
 * @param old the QEMU that runs it
 * @param fresh the QEMU that waits for it
 * @param monitor the monitor socket both listen on
 * @param running whether the guest runs and must run afterwards; false: it is paused and stays so
 * @param commands what the method sends in the window
 * @param afterNew sent to the new QEMU when the old one is gone; may hold secrets
 * @param threads threads of both processes that must share a cgroup and an affinity
 * @param files where the files of this VM are
 */
public record SwitchVm(
        VmId id,
        ProcessId old,
        ProcessId fresh,
        Path monitor,
        boolean running,
        SwitchCommands commands,
        List<JsonObject> afterNew,
        List<ThreadPair> threads,
        SwitchFiles files) {

    /**
     * A thread of the old QEMU and its counterpart.
     *
     * @param old thread id in the old process
     * @param fresh thread id in the new process
     */
    public record ThreadPair(int old, int fresh) {}

    JsonObject toJson() {
        JsonObject vm = Json.object()
                .put("uuid", id.uuid().toString())
                .put("name", id.name())
                .put("old", old.toJson())
                .put("new", fresh.toJson())
                .put("monitor", monitor.toString())
                .put("lease", files.lease().toString())
                .put("expect", running ? "running" : "paused")
                .put("startNew", array(commands.startNew()))
                .put("startOld", array(commands.startOld()))
                .put("rollbackOld", array(commands.rollbackOld()))
                .put("afterNew", array(afterNew))
                .put(
                        "status",
                        Json.object()
                                .put("live", files.statusLive().toString())
                                .put("base", files.statusBase().toString())
                                .put("next", files.statusNext().toString())
                                .build())
                .put("pidfile", files.pidfile().toString())
                .put("outcome", files.outcome().toString())
                .build();
        JsonArray pairs = new JsonArray();
        threads.forEach(t -> pairs.add(
                Json.object().put("old", t.old()).put("new", t.fresh()).build()));
        vm.add("threads", pairs);
        if (commands.stopsEarly()) {
            vm.addProperty("stopsEarly", true);
        }
        return vm;
    }

    private static JsonArray array(List<JsonObject> objects) {
        JsonArray array = new JsonArray();
        objects.forEach(array::add);
        return array;
    }
}
