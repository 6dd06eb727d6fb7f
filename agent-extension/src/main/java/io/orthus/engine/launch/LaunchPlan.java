// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.orthus.engine.json.Json;
import io.orthus.engine.sys.ProcessId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that is needed to start the new QEMU of a VM.
 *
 * @param commandLine with which it is started
 * @param fds descriptors that it gets from the running one
 * @param opens files that are opened for it, as the running one sees them
 * @param opensOnHost files that are opened for it as the host sees them
 * @param afterNew QMP commands that it must be given when the old QEMU is gone, in order
 */
public record LaunchPlan(
        CommandLine commandLine,
        List<Fd> fds,
        List<FreshFd> opens,
        List<FreshFd> opensOnHost,
        List<JsonObject> afterNew) {

    public LaunchPlan {
        fds = List.copyOf(fds);
        opens = List.copyOf(opens);
        opensOnHost = List.copyOf(opensOnHost);
        afterNew = List.copyOf(afterNew);
    }

    /**
     * What keeps a QEMU that is not committed from doing harm.
     *
     * @param lease the FIFO on which its life depends
     * @param record the file in which it is written down before it executes
     * @param uncommitted the lock that libvirtd waits for before it starts
     * @param daemon the libvirtd that is connected to the running QEMU
     */
    public record Guards(Path lease, Path record, Path uncommitted, ProcessId daemon) {}

    /**
     * The document that {@code orthus-vmm-exec} reads.
     *
     * @param like the running QEMU
     * @param env added to its environment; an empty value removes a variable
     * @param guards what keeps it from doing harm while it is not committed
     */
    public JsonObject toDocument(ProcessId like, Map<String, Optional<String>> env, Guards guards) {
        JsonObject environment = new JsonObject();
        env.forEach((name, value) ->
                environment.add(name, value.isPresent() ? new JsonPrimitive(value.get()) : JsonNull.INSTANCE));
        JsonArray taken = new JsonArray();
        for (Fd fd : fds) {
            taken.add(Json.object()
                    .put("source", fd.source())
                    .put("target", fd.target())
                    .build());
        }
        return Json.object()
                .put("like", like.toJson())
                .put("emulator", commandLine.emulator())
                .put("argv", commandLine.toArgv())
                .put("env", environment)
                .put("fds", taken)
                .put("open", entries(opens))
                .put("openOnHost", entries(opensOnHost))
                .put("lease", guards.lease().toString())
                .put("record", guards.record().toString())
                .put("uncommitted", guards.uncommitted().toString())
                .put("daemon", guards.daemon().toJson())
                .build();
    }

    private static JsonArray entries(List<FreshFd> files) {
        JsonArray entries = new JsonArray();
        for (FreshFd file : files) {
            entries.add(Json.object()
                    .put("path", file.path().toString())
                    .put("target", file.target())
                    .build());
        }
        return entries;
    }
}
