// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.adopt;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.json.JsonException;
import io.orthus.engine.sys.Deadline;
import io.orthus.engine.sys.LineChild;
import io.orthus.engine.sys.ProcessId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The window in which libvirtd is away and guests are switched, run by the native program orthus-switch. Once begun it
 * needs nobody: this JVM may die in the middle. Not thread-safe.
 */
public final class Window implements AutoCloseable {
    /** How long the switch may take to connect to the new QEMUs. */
    private static final Duration TO_ARM = Duration.ofSeconds(20);
    /** Every single wait in the window is bounded by the switch itself; this only guards against a bug in it. */
    private static final Duration TO_FINISH = Duration.ofMinutes(3);

    private final LineChild child;

    private Window(LineChild child) {
        this.child = child;
    }

    /**
     * What the window as a whole needs.
     *
     * @param program the orthus-switch binary
     * @param gate the lock that keeps libvirtd from starting
     * @param statusDirectory libvirt's directory of status files
     * @param daemon the running libvirt daemon, if there is one
     * @param deadline how long a guest may stand still before its VM is rolled back
     */
    public record Settings(
            Path program, Path gate, Path statusDirectory, Optional<ProcessId> daemon, Duration deadline) {}

    /** What came of a window. */
    public record Outcome(Duration outage, List<SwitchResult> results) {}

    /**
     * Starts the switch and lets it connect to every new QEMU. Guests run, libvirtd runs.
     *
     * @throws WindowRefusedException if it does not accept the document or cannot reach a new QEMU
     */
    public static Window arm(Settings settings, List<SwitchVm> vms) throws IOException, WindowRefusedException {
        return start(settings, document(settings, vms));
    }

    /** The same for VMs of which it is not known on which side they are; see {@code resolve} in the document. */
    public static Window armToResolve(Settings settings, List<SwitchVm> vms)
            throws IOException, WindowRefusedException {
        JsonObject document = document(settings, vms);
        document.addProperty("resolve", true);
        return start(settings, document);
    }

    private static Window start(Settings settings, JsonObject document) throws IOException, WindowRefusedException {
        LineChild child = LineChild.start(List.of(settings.program().toString()));
        Window window = new Window(child);
        try {
            child.writeLine(document.toString());
            JsonObject line = window.next(Deadline.after(TO_ARM));
            if (!Json.getString(line, "event").equals("armed")) {
                throw new WindowRefusedException(refusal(line));
            }
            return window;
        } catch (IOException | WindowRefusedException | RuntimeException e) {
            window.close();
            throw e;
        }
    }

    /** The process that is responsible for the VMs from now on. */
    public ProcessId process() throws IOException {
        return ProcessId.of(child.pid());
    }

    /**
     * Opens the window and waits until it is closed.
     *
     * @throws WindowRefusedException if the switch found that something had changed and left everything as it was
     */
    public Outcome go() throws IOException, WindowRefusedException {
        child.writeLine("go");
        Deadline deadline = Deadline.after(TO_FINISH);
        List<SwitchResult> results = new ArrayList<>();
        long opened = 0;
        while (true) {
            JsonObject line = next(deadline);
            switch (Json.getString(line, "event")) {
                case "window-open" -> opened = line.get("t").getAsLong();
                case "vm" -> results.add(SwitchResult.of(line));
                case "window-closed" -> {
                    return new Outcome(Duration.ofNanos(line.get("t").getAsLong() - opened), List.copyOf(results));
                }
                default -> throw new WindowRefusedException(refusal(line));
            }
        }
    }

    private JsonObject next(Deadline deadline) throws IOException {
        String line = child.readLine(deadline)
                .orElseThrow(() -> new IOException("orthus-switch ended without a word: " + child.stderr()));
        return Json.parseObject(line, "orthus-switch");
    }

    /** Ends the switch if the window was not opened; otherwise lets it finish by itself. */
    @Override
    public void close() throws IOException {
        child.closeInput();
        child.waitExit(Deadline.after(TO_FINISH));
    }

    private static String refusal(JsonObject line) throws JsonException {
        return line.has("message") ? Json.getString(line, "message") : line.toString();
    }

    private static JsonObject document(Settings settings, List<SwitchVm> vms) {
        JsonObject document = Json.object()
                .put("gate", settings.gate().toString())
                .put("statusDir", settings.statusDirectory().toString())
                .put("deadlineMs", settings.deadline().toMillis())
                .build();
        document.add(
                "daemon", settings.daemon().<JsonElement>map(ProcessId::toJson).orElse(JsonNull.INSTANCE));
        JsonArray list = new JsonArray();
        vms.forEach(vm -> list.add(vm.toJson()));
        document.add("vms", list);
        return document;
    }
}
