// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.agent;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.orthus.protocol.Builds;
import io.orthus.protocol.KvmExchange;
import io.orthus.protocol.Obstacle;
import io.orthus.protocol.Verdict;
import io.orthus.protocol.VmReport;
import io.orthus.protocol.VmResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What the engine says of VMs, in the words of the protocol. */
final class Reports {
    private Reports() {}

    /** VMs of {@code orthus preflight}. */
    static List<VmReport> preflight(JsonObject json) {
        List<VmReport> vms = new ArrayList<>();
        for (JsonObject vm : objects(json, "vms")) {
            vms.add(vm(
                    vm,
                    builds(EngineJson.object(vm, "qemu"), EngineJson.object(vm, "kvm")),
                    constant(Verdict.class, EngineJson.text(vm, "verdict")),
                    obstacles(vm)));
        }
        for (JsonObject vm : objects(json, "unreadable")) {
            Obstacle obstacle = new Obstacle("state", EngineJson.text(vm, "reason"), "");
            vms.add(vm(vm, null, Verdict.BLOCKED, List.of(obstacle)));
        }
        return vms;
    }

    /** The versions of the QEMUs that a preflight leads to. */
    static List<String> targets(JsonObject preflight) {
        Set<String> versions = new LinkedHashSet<>();
        for (JsonObject vm : objects(preflight, "vms")) {
            Optional.ofNullable(EngineJson.object(vm, "target"))
                    .map(target -> EngineJson.text(target, "version"))
                    .ifPresent(versions::add);
        }
        return List.copyOf(versions);
    }

    /** What {@code orthus upgrade} or {@code orthus rollback} did to the host's KVM; {@code null} if nothing. */
    static KvmExchange exchange(JsonObject json) {
        JsonObject kvm = EngineJson.object(json, "kvm");
        return kvm == null
                ? null
                : new KvmExchange(
                        version(EngineJson.object(kvm, "from")),
                        version(EngineJson.object(kvm, "to")),
                        EngineJson.flag(kvm, "done"),
                        EngineJson.text(kvm, "message"));
    }

    /** VMs of {@code orthus upgrade} and {@code orthus rollback}. */
    static List<VmReport> walk(JsonObject json) {
        List<VmReport> vms = new ArrayList<>();
        for (JsonObject vm : objects(json, "vms")) {
            Builds from = builds(EngineJson.object(vm, "from"), EngineJson.object(vm, "fromKvm"));
            VmResult result = constant(VmResult.class, EngineJson.text(vm, "result"));
            Builds to = builds(EngineJson.object(vm, "to"), EngineJson.object(vm, "toKvm"));
            vms.add(ended(vm, result == VmResult.UPGRADED ? to : from, from, result, EngineJson.text(vm, "message")));
        }
        for (JsonObject vm : objects(json, "unreadable")) {
            vms.add(ended(vm, null, null, VmResult.REFUSED, EngineJson.text(vm, "reason")));
        }
        return vms;
    }

    /** VMs that are under way by {@code orthus status}. */
    static List<VmReport> underWay(JsonObject status, List<String> wanted) {
        List<VmReport> vms = new ArrayList<>();
        for (JsonObject vm : objects(status, "underWay")) {
            if (wanted.contains(EngineJson.text(vm, "uuid"))) {
                vms.add(vm(vm, null, null, List.of()));
            }
        }
        return vms;
    }

    /**
     * What became of the VMs of a walk that did not report, told by what they run on now.
     *
     * @param before the inventory from before it was begun
     * @param after the inventory from after the recovery
     * @param recovery what the recovery said
     * @param why what the walk said last
     */
    static List<VmReport> recovered(
            List<String> wanted, JsonObject before, JsonObject after, JsonObject recovery, String why) {
        Map<String, JsonObject> was = byUuid(objects(before, "vms"));
        Map<String, JsonObject> is = byUuid(objects(after, "vms"));
        Map<String, JsonObject> unreadable = byUuid(objects(after, "unreadable"));
        Map<String, JsonObject> findings = byUuid(objects(recovery, "vms"));
        List<VmReport> vms = new ArrayList<>();
        for (String uuid : wanted) {
            JsonObject then = was.get(uuid);
            JsonObject now = is.get(uuid);
            JsonObject finding = findings.get(uuid);
            Builds from = then == null ? null : builds(then);
            Builds runsOn = now == null ? null : builds(now);
            VmResult result;
            if (finding != null && !EngineJson.flag(finding, "healthy")) {
                result = VmResult.LOST;
            } else if (now == null) {
                // One that cannot be looked at may be anything; somebody has to look.
                result = unreadable.containsKey(uuid) ? VmResult.LOST : VmResult.ENDED;
            } else if (!runsOn.equals(from)) {
                result = VmResult.UPGRADED;
            } else {
                result = finding == null ? VmResult.NOT_BEGUN : VmResult.ROLLED_BACK;
            }
            JsonObject vm = Stream.of(now, then, finding, unreadable.get(uuid))
                    .filter(each -> each != null)
                    .findFirst()
                    .orElseGet(() -> named(uuid));
            String message = finding == null ? "the walk was interrupted: " + why : EngineJson.text(finding, "message");
            vms.add(ended(vm, runsOn, from, result, message));
        }
        return vms;
    }

    /** A VM of an order that runs no more when the order comes. */
    static VmReport gone(String uuid) {
        return ended(named(uuid), null, null, VmResult.ENDED, "it did not run on this host any more");
    }

    /** The VMs of an inventory, by UUID, and those that it could not look at. */
    static Set<String> running(JsonObject inventory) {
        Set<String> uuids = new LinkedHashSet<>();
        for (String list : List.of("vms", "unreadable")) {
            objects(inventory, list).forEach(vm -> uuids.add(EngineJson.text(vm, "uuid")));
        }
        return uuids;
    }

    private static VmReport vm(JsonObject vm, Builds runsOn, Verdict verdict, List<Obstacle> blockers) {
        return new VmReport(
                EngineJson.text(vm, "uuid"),
                EngineJson.text(vm, "name"),
                runsOn,
                verdict,
                EngineJson.text(vm, "method"),
                EngineJson.text(vm, "why"),
                EngineJson.number(vm, "predictedPauseMs"),
                blockers,
                EngineJson.text(vm, "step"),
                null,
                null,
                null,
                null,
                null);
    }

    private static VmReport ended(JsonObject vm, Builds runsOn, Builds from, VmResult result, String message) {
        return new VmReport(
                EngineJson.text(vm, "uuid"),
                EngineJson.text(vm, "name"),
                runsOn,
                null,
                EngineJson.text(vm, "method"),
                null,
                null,
                List.of(),
                EngineJson.text(vm, "step"),
                result,
                message,
                from,
                EngineJson.number(vm, "pauseMs"),
                EngineJson.number(vm, "totalMs"));
    }

    private static List<Obstacle> obstacles(JsonObject vm) {
        return objects(vm, "blockers").stream()
                .map(each -> new Obstacle(
                        EngineJson.text(each, "subject"),
                        EngineJson.text(each, "reason"),
                        EngineJson.text(each, "remedy")))
                .toList();
    }

    private static Builds builds(JsonObject vm) {
        return builds(EngineJson.object(vm, "qemu"), EngineJson.object(vm, "kvm"));
    }

    private static Builds builds(JsonObject qemu, JsonObject kvm) {
        return new Builds(version(qemu), version(kvm));
    }

    private static String version(JsonObject build) {
        return build == null ? null : EngineJson.text(build, "version");
    }

    /** The constant of a word like {@code up-to-date}; {@code null} if there is none. */
    private static <E extends Enum<E>> E constant(Class<E> type, String word) {
        String name = String.valueOf(word).toUpperCase(Locale.ROOT).replace('-', '_');
        return Stream.of(type.getEnumConstants())
                .filter(constant -> constant.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private static JsonObject named(String uuid) {
        JsonObject vm = new JsonObject();
        vm.addProperty("uuid", uuid);
        return vm;
    }

    private static Map<String, JsonObject> byUuid(List<JsonObject> vms) {
        Map<String, JsonObject> map = new LinkedHashMap<>();
        vms.forEach(vm -> map.put(EngineJson.text(vm, "uuid"), vm));
        return map;
    }

    private static List<JsonObject> objects(JsonObject json, String name) {
        List<JsonObject> objects = new ArrayList<>();
        for (JsonElement each : EngineJson.array(json, name)) {
            if (each.isJsonObject()) {
                objects.add(each.getAsJsonObject());
            }
        }
        return objects;
    }
}
