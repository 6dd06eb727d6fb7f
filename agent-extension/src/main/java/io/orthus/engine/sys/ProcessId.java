// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.json.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Names one process of this boot beyond doubt: a pid may be used again, but not with the same start time.
 *
 * @param pid greater than 0
 * @param starttime when the process started, in clock ticks since boot (field 22 of /proc/PID/stat)
 */
public record ProcessId(int pid, long starttime) {
    /** The kernel shows user space 100 ticks a second, whatever its own clock does. */
    private static final long MS_PER_TICK = 10;

    public ProcessId {
        if (pid <= 0 || starttime < 0) {
            throw new IllegalArgumentException("not a process: pid " + pid + ", start time " + starttime);
        }
    }

    /** The process that has this pid now. */
    public static ProcessId of(int pid) throws NoSuchProcessException, IOException {
        return Proc.of(pid).id();
    }

    /** Reads what {@link #toJson} writes. */
    public static ProcessId fromJson(JsonObject json) throws JsonException {
        Json.allowOnly(json, "pid", "starttime");
        int pid = Json.getInt(json, "pid");
        long starttime = Json.getLong(json, "starttime");
        if (pid <= 0 || starttime < 0) {
            throw new JsonException("not a process: " + json);
        }
        return new ProcessId(pid, starttime);
    }

    public JsonObject toJson() {
        return Json.object().put("pid", pid).put("starttime", starttime).build();
    }

    /** Whether the process runs; one that has ended and waits to be reaped (a zombie) does not. */
    public boolean alive() throws IOException {
        return alive(Proc.ROOT);
    }

    boolean alive(Path procRoot) throws IOException {
        try {
            ProcStat stat = ProcStat.read(procRoot, pid);
            return stat.starttime() == starttime && !stat.ended();
        } catch (NoSuchProcessException e) {
            return false;
        }
    }

    /** Kills it with SIGKILL if it runs; another process that has its pid by now is left alone. */
    public void kill() throws IOException {
        // First the handle: it remembers when its process started, and kills no other one.
        Optional<ProcessHandle> handle = ProcessHandle.of(pid);
        if (handle.isPresent() && alive()) {
            handle.get().destroyForcibly();
        }
    }

    /** How long ago the process started, to 10 ms: the kernel tells it no finer. */
    public Duration age() throws IOException {
        return age(Proc.ROOT);
    }

    Duration age(Path procRoot) throws IOException {
        String uptime = Files.readString(procRoot.resolve("uptime"));
        double seconds = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
        return Duration.ofMillis(Math.max(0, Math.round(seconds * 1000) - starttime * MS_PER_TICK));
    }

    @Override
    public String toString() {
        return "process " + pid + " (started at tick " + starttime + ")";
    }
}
