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

    /**
     * What came of a window.
     *
     * @param outage how long libvirtd was away; empty if the switch did not say
     * @param results one for each VM that the switch spoke of
     * @param trouble why it did not speak to the end; empty if it did. Then a VM without a result can be on either side
     */
    public record Outcome(Optional<Duration> outage, List<SwitchResult> results, String trouble) {}

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
            // Without its "go" it has changed nothing, so there is nothing to wait for either.
            child.kill();
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
     * @throws IOException if the switch had ended before it could be told
     */
    public Outcome go() throws IOException, WindowRefusedException {
        child.writeLine("go");
        List<SwitchResult> results = new ArrayList<>();
        try {
            Duration outage = listen(results);
            return new Outcome(Optional.of(outage), List.copyOf(results), "");
        } catch (IOException e) {
            // Told is told: what it has done by now must be looked at, not assumed.
            return new Outcome(Optional.empty(), List.copyOf(results), e.getMessage());
        }
    }

    private Duration listen(List<SwitchResult> results) throws IOException, WindowRefusedException {
        Deadline deadline = Deadline.after(TO_FINISH);
        long opened = 0;
        while (true) {
            JsonObject line = next(deadline);
            switch (Json.getString(line, "event")) {
                case "window-open" -> opened = Json.getLong(line, "t");
                case "vm" -> results.add(SwitchResult.of(line));
                case "window-closed" -> {
                    return Duration.ofNanos(Json.getLong(line, "t") - opened);
                }
                default -> throw new WindowRefusedException(refusal(line));
            }
        }
    }

    private JsonObject next(Deadline deadline) throws IOException {
        String line = child.readLine(deadline).orElseThrow(() -> child.endedTooEarly(deadline));
        return Json.parseObject(line, "orthus-switch");
    }

    /** Has the switch give up if it was not told to go, and waits for its end in any case. */
    @Override
    public void close() {
        try {
            child.closeInput();
            child.waitExit(Deadline.after(TO_FINISH));
        } catch (IOException e) {
            // It needs nobody to finish; whoever must know that it has ended looks at its process.
        }
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
