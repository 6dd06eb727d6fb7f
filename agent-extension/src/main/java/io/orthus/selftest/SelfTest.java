// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.selftest;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.sys.Deadline;
import io.orthus.engine.sys.Reason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The moves and what is asked after each: every guest goes forth alone; all go back at once, forth at once, and back
 * again, so that the host is on the QEMU and the KVM on which it was. Not thread-safe.
 */
final class SelfTest {
    private static final Duration BOOT = Duration.ofMinutes(5);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int VERDICT_SECONDS = 300;
    /**
     * Packets towards a guest that a move may cost: QEMU's network backend loses that many, see
     * docs/decisions/0010-one-frame.md. The report tells how many they were.
     */
    private static final int LOST_PER_MOVE = 2;

    private final Bench bench;
    private final Watcher watcher;
    private final Orthus orthus;
    private final SelfTestReport report;
    private final Stop stop;
    private final Consumer<String> progress;
    /** How often each guest was moved so far. */
    private final Map<TestGuest, Integer> moves = new HashMap<>();

    SelfTest(Bench bench, Watcher watcher, Orthus orthus, SelfTestReport report, Stop stop, Consumer<String> progress) {
        this.bench = bench;
        this.watcher = watcher;
        this.orthus = orthus;
        this.report = report;
        this.stop = stop;
        this.progress = progress;
    }

    /** Waits until a guest that was started is heard. */
    void awaitUp(TestGuest guest) throws IOException {
        Deadline.after(BOOT)
                .await(
                        guest.name() + " to boot (no packet from it was heard by this host; does a firewall"
                                + " drop UDP on " + Bench.BRIDGE + "?)",
                        POLL,
                        () -> {
                            stop.check();
                            return up(stats(guest));
                        });
        progress.accept(guest.name() + " is up");
    }

    /**
     * All moves.
     *
     * @param onto the options of {@code orthus upgrade} that say where to
     * @param limits the options of both directions
     * @throws InterruptedIOException if it was stopped
     * @throws IOException if the test itself, not what is tested, has failed
     */
    void run(List<TestGuest> guests, List<String> onto, List<String> limits) throws IOException {
        for (TestGuest guest : guests) {
            move(List.of(guest), "upgrade", with(onto, limits, List.of("--", guest.name())));
        }
        move(guests, "rollback", limits);
        move(guests, "upgrade", with(onto, limits));
        move(guests, "rollback", limits);
        for (TestGuest guest : guests) {
            verdict(guest);
        }
        report.complete();
    }

    private void move(List<TestGuest> guests, String direction, List<String> options) throws IOException {
        stop.check();
        for (TestGuest guest : guests) {
            watcher.ask("reset " + guest.address());
            moves.merge(guest, 1, Integer::sum);
        }
        Orthus.Ended ended = orthus.run(with(List.of(direction, "--json"), options));
        stop.check();
        JsonObject round = Json.object()
                .put("move", direction)
                .put("atOnce", guests.size())
                .put("exitStatus", ended.status())
                .build();
        if (ended.status() != 0) {
            report.fault("orthus %s ended with exit status %d: %s".formatted(direction, ended.status(), ended.words()));
        }
        for (TestGuest guest : guests) {
            report.move(guest, round, vm(ended, guest), stats(guest), bench.managed(guest));
        }
        progress.accept(direction + " of " + (guests.size() == 1 ? guests.get(0).name() : "all") + " is through");
    }

    private static Optional<JsonObject> vm(Orthus.Ended ended, TestGuest guest) throws IOException {
        if (ended.report().isEmpty()) {
            return Optional.empty();
        }
        for (JsonElement vm : Json.getArray(ended.report().get(), "vms")) {
            if (Json.getString(vm.getAsJsonObject(), "name").equals(guest.name())) {
                return Optional.of(vm.getAsJsonObject());
            }
        }
        return Optional.empty();
    }

    private void verdict(TestGuest guest) throws IOException {
        stop.check();
        JsonObject answer = watcher.ask("command %s %d verdict %d"
                .formatted(guest.address(), VERDICT_SECONDS, LOST_PER_MOVE * moves.getOrDefault(guest, 0)));
        String word = Json.find(answer, "result")
                .or(() -> Json.find(answer, "error"))
                .map(JsonElement::getAsString)
                .orElse("no answer");
        String text = Json.find(answer, "text").map(JsonElement::getAsString).orElse("");
        boolean good = Watcher.ok(answer) && word.equals("good");
        JsonObject stats = stats(guest);
        report.verdict(guest, good ? word : word + ": " + text, good, stats);
        if (!Json.find(stats, "boots").map(JsonElement::getAsInt).equals(Optional.of(1))) {
            report.fault(guest.name() + " has rebooted");
        }
        progress.accept(guest.name() + " says: " + word);
    }

    private static boolean up(JsonObject stats) {
        return Json.find(stats, "up").filter(JsonElement::getAsBoolean).isPresent();
    }

    private JsonObject stats(TestGuest guest) throws IOException {
        try {
            return watcher.ask("stats " + guest.address());
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException("nobody hears the guests any more: " + Reason.of(e), e);
        }
    }

    @SafeVarargs
    private static List<String> with(List<String>... parts) {
        List<String> whole = new ArrayList<>();
        for (List<String> part : parts) {
            whole.addAll(part);
        }
        return whole;
    }
}
