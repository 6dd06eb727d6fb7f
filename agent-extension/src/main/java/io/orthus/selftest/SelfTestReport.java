// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.selftest;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.report.Printable;
import io.orthus.engine.report.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is known so far, put together as the one report. Not thread-safe. */
final class SelfTestReport {
    /** Members are only ever added while this stays. */
    private static final int FORMAT = 1;

    private static final JsonObject EXPLANATIONS = Json.object()
            .put("pauseMs", "from STOP of the old QEMU to RESUME of the new one, by QEMU's own events")
            .put("heartbeatGapMs", "longest time between two packets of the guest, as the host received them")
            .put("totalMs", "from the start of the command until the guest ran on the new QEMU")
            .put("verdict", "the guest verified its memory, disks, packets, timers, clocks and registers")
            .build();

    /** One move of one guest. */
    private record Move(TestGuest guest, JsonObject json) {}

    private final JsonObject head;
    private final List<Move> moves = new ArrayList<>();
    private final Map<TestGuest, JsonObject> verdicts = new LinkedHashMap<>();
    private final List<String> faults = new ArrayList<>();
    private boolean complete;

    /** Begins one; {@code head}: machine and versions. */
    SelfTestReport(JsonObject head) {
        this.head = head;
    }

    /**
     * A guest was moved, or was to be.
     *
     * @param round what all moves of that round have in common
     * @param vm what orthus reported of it; empty if nothing
     * @param stats what the watcher knows of the guest since just before
     * @param managed whether libvirt is in charge of it afterwards
     */
    void move(TestGuest guest, JsonObject round, Optional<JsonObject> vm, JsonObject stats, boolean managed) {
        JsonObject json = round.deepCopy();
        for (String member : List.of("result", "method", "step", "message", "pauseMs", "preparationMs", "totalMs")) {
            vm.flatMap(object -> Json.find(object, member))
                    .filter(value ->
                            !value.isJsonPrimitive() || !value.getAsString().isEmpty())
                    .ifPresent(value -> json.add(member, value));
        }
        Json.find(stats, "gap_max_ns").ifPresent(gap -> json.addProperty("heartbeatGapMs", gap.getAsDouble() / 1e6));
        json.addProperty("libvirt", managed ? "in charge" : "not in charge");
        moves.add(new Move(guest, json));
        String result = vm.flatMap(object -> Json.find(object, "result"))
                .map(value -> value.getAsString())
                .orElse("not reported");
        String what = guest.name() + ", " + round.get("move").getAsString();
        if (!result.equals("upgraded")) {
            fault(what + ": " + result
                    + vm.flatMap(object -> Json.find(object, "message"))
                            .map(message -> ": " + message.getAsString())
                            .orElse(""));
        }
        if (!managed) {
            fault(what + ": libvirt is not in charge of it");
        }
    }

    /** What a guest says of itself in the end. */
    void verdict(TestGuest guest, String word, boolean good, JsonObject stats) {
        JsonObject json = Json.object().put("verdict", word).build();
        for (String member : List.of("counters", "boots", "lost", "duplicated", "reordered")) {
            Json.find(stats, member).ifPresent(value -> json.add(member, value));
        }
        verdicts.put(guest, json);
        if (!good) {
            fault(guest.name() + ": verdict: " + word);
        }
    }

    /** Something is not as it must be. */
    void fault(String words) {
        faults.add(words.replaceAll("\\R+", " "));
    }

    /** Everything was done that belongs to a self-test. */
    void complete() {
        complete = true;
    }

    boolean good() {
        return complete && faults.isEmpty();
    }

    /** The whole. */
    JsonObject json() {
        JsonArray guests = new JsonArray();
        for (TestGuest guest : TestGuest.ALL) {
            JsonArray made = new JsonArray();
            moves.stream().filter(move -> move.guest().equals(guest)).forEach(move -> made.add(move.json()));
            JsonObject json = Json.object()
                    .put("name", guest.name())
                    .put("chipset", guest.chipset().machine)
                    .put("ram", guest.ram().label)
                    .put("moves", made)
                    .build();
            Optional.ofNullable(verdicts.get(guest)).ifPresent(verdict -> verdict.entrySet()
                    .forEach(member -> json.add(member.getKey(), member.getValue())));
            guests.add(json);
        }
        JsonObject json = Json.object()
                .put("selftest", FORMAT)
                .put("result", complete ? faults.isEmpty() ? "good" : "bad" : "incomplete")
                .put("faults", faults)
                .build();
        head.entrySet().forEach(member -> json.add(member.getKey(), member.getValue()));
        json.add("guests", guests);
        json.add("explanations", EXPLANATIONS);
        return json;
    }

    /** As people read it. */
    String text() {
        Table table = new Table("GUEST", "MOVE", "AT ONCE", "RESULT", "METHOD", "PAUSE", "HEARTBEAT GAP");
        for (Move move : moves) {
            JsonObject json = move.json();
            table.row(
                    move.guest().name(),
                    json.get("move").getAsString(),
                    json.get("atOnce").getAsString(),
                    word(json, "result"),
                    word(json, "method"),
                    millis(json, "pauseMs"),
                    millis(json, "heartbeatGapMs"));
        }
        StringBuilder text = new StringBuilder(table.toString());
        verdicts.forEach((guest, verdict) -> text.append("%s says: %s; packets to it lost: %s%n"
                .formatted(guest.name(), word(verdict, "verdict"), lost(verdict))));
        faults.forEach(fault -> text.append("NOT GOOD: %s%n".formatted(Printable.of(fault))));
        text.append("self-test: %s%n"
                .formatted(complete ? faults.isEmpty() ? "all is well" : "not all is well" : "not complete"));
        return text.toString();
    }

    private static String word(JsonObject json, String member) {
        return Json.find(json, member)
                .map(value -> Printable.of(value.getAsString()))
                .orElse("-");
    }

    private static String lost(JsonObject verdict) {
        return Json.find(verdict, "counters")
                .map(counters -> word(counters.getAsJsonObject(), "net_lost"))
                .orElse("-");
    }

    private static String millis(JsonObject json, String member) {
        return Json.find(json, member)
                .map(value -> "%.0f ms".formatted(value.getAsDouble()))
                .orElse("-");
    }
}
