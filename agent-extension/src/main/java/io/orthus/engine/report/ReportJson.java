// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.orthus.engine.inventory.Build;
import io.orthus.engine.json.Json;
import io.orthus.engine.json.JsonException;
import io.orthus.engine.kvm.KvmInstance;
import io.orthus.engine.kvm.LoadedKvm;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.model.VmId;
import io.orthus.engine.model.VmOutcome;
import io.orthus.engine.model.VmPlan;
import io.orthus.engine.vmm.Method;
import io.orthus.engine.vmm.QemuVersion;
import io.orthus.engine.vmm.Vmm;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * The JSON that {@code --json} prints and that the history keeps. Members are only ever added. Times are milliseconds;
 * what is not known is absent.
 */
public final class ReportJson {
    private ReportJson() {}

    /** One running VM. */
    public static JsonObject of(VmFacts vm) {
        JsonObject json = id(vm.id());
        json.addProperty("pid", vm.process().pid());
        json.add("qemu", vmm(vm.running()));
        json.addProperty("accelerator", vm.accelerator());
        vm.kvm().ifPresent(kvm -> json.add("kvm", of(kvm)));
        json.addProperty("machine", vm.machine());
        json.addProperty("state", name(vm.state()));
        json.addProperty("memory", vm.memory().label());
        json.addProperty("ramMiB", vm.ramBytes() >> 20);
        json.addProperty("vcpus", vm.vcpus());
        vm.job().ifPresent(job -> json.addProperty("job", job));
        return json;
    }

    /** A KVM. */
    public static JsonObject of(KvmInstance kvm) {
        JsonObject json = Json.object()
                .put("instance", kvm.name())
                .put("version", kvm.version())
                .put("device", kvm.device().toString())
                .build();
        kvm.file().ifPresent(file -> json.addProperty("file", file.toString()));
        return json;
    }

    /** A KVM that is loaded. */
    public static JsonObject of(LoadedKvm kvm) {
        JsonObject json = of(kvm.instance());
        json.addProperty("standard", kvm.standard());
        kvm.state().ifPresent(state -> json.addProperty("state", state));
        json.addProperty("unused", kvm.unused());
        return json;
    }

    /** A build that VMs run. */
    public static JsonObject of(Build build) {
        JsonObject json = vmm(build.running());
        json.addProperty("vms", build.vms());
        json.addProperty("outdated", build.outdated());
        build.installed().ifPresent(installed -> json.add("installed", vmm(installed)));
        return json;
    }

    /** What is to be done with one VM. */
    public static JsonObject of(VmPlan plan) {
        JsonObject json = of(plan.vm());
        json.add("target", vmm(plan.target()));
        plan.kvm().ifPresent(kvm -> json.add("targetKvm", of(kvm)));
        json.addProperty("verdict", plan.upToDate() ? "up-to-date" : plan.movable() ? "ready" : "blocked");
        plan.method().ifPresent(method -> json.addProperty("method", method.label()));
        json.addProperty("why", plan.why());
        put(json, "predictedPauseMs", plan.predictedPause());
        JsonArray blockers = new JsonArray();
        plan.blockers()
                .forEach(b -> blockers.add(Json.object()
                        .put("subject", b.subject())
                        .put("reason", b.reason())
                        .put("remedy", b.remedy())
                        .build()));
        json.add("blockers", blockers);
        return json;
    }

    /** What an upgrade did. */
    public static JsonObject of(UpgradeReport report) {
        JsonArray vms = new JsonArray();
        report.vms().forEach(vm -> vms.add(outcome(vm)));
        JsonArray outages = new JsonArray();
        report.outages().forEach(outage -> outages.add(millis(outage)));
        JsonObject json = Json.object()
                .put("direction", report.direction())
                .put("started", report.started().toString())
                .put("totalMs", report.total().toMillis())
                .put("libvirtdOutagesMs", outages)
                .put("vms", vms)
                .build();
        report.kvm().ifPresent(kvm -> json.add("kvm", exchange(kvm)));
        return json;
    }

    /**
     * Reads a report back.
     *
     * @throws JsonException if it is not one
     */
    public static UpgradeReport report(JsonObject json) throws JsonException {
        try {
            return parse(json);
        } catch (IllegalArgumentException
                | IllegalStateException
                | UnsupportedOperationException
                | DateTimeParseException e) {
            // UUIDs, versions, times, and what is of another type than it should be.
            throw new JsonException("a member has an impossible value: " + e.getMessage());
        }
    }

    private static UpgradeReport parse(JsonObject json) throws JsonException {
        List<Duration> outages = new ArrayList<>();
        for (JsonElement outage : Json.getArray(json, "libvirtdOutagesMs")) {
            outages.add(duration(outage));
        }
        List<VmOutcome> vms = new ArrayList<>();
        for (JsonElement vm : Json.getArray(json, "vms")) {
            vms.add(outcome(vm.getAsJsonObject()));
        }
        return new UpgradeReport(
                Json.getString(json, "direction"),
                Instant.parse(Json.getString(json, "started")),
                Duration.ofMillis(Json.getLong(json, "totalMs")),
                outages,
                vms,
                json.has("kvm") ? Optional.of(exchange(Json.getObject(json, "kvm"))) : Optional.empty());
    }

    private static JsonObject exchange(KvmReport exchange) {
        JsonObject json = new JsonObject();
        exchange.from().ifPresent(from -> json.add("from", of(from)));
        json.add("to", of(exchange.to()));
        json.addProperty("done", exchange.done());
        json.addProperty("message", exchange.message());
        put(json, "loadMs", exchange.load());
        put(json, "settleMs", exchange.settle());
        return json;
    }

    private static KvmReport exchange(JsonObject json) throws JsonException {
        return new KvmReport(
                kvm(json, "from"),
                kvm(Json.getObject(json, "to")),
                Json.getBoolean(json, "done"),
                Json.getString(json, "message"),
                get(json, "loadMs"),
                get(json, "settleMs"));
    }

    private static KvmInstance kvm(JsonObject json) throws JsonException {
        return new KvmInstance(
                Json.getString(json, "instance"),
                Json.getString(json, "version"),
                json.has("file") ? Optional.of(Path.of(Json.getString(json, "file"))) : Optional.empty());
    }

    private static Optional<KvmInstance> kvm(JsonObject json, String name) throws JsonException {
        return json.has(name) ? Optional.of(kvm(Json.getObject(json, name))) : Optional.empty();
    }

    private static JsonObject outcome(VmOutcome vm) {
        JsonObject json = id(vm.id());
        json.addProperty("result", name(vm.result()));
        vm.method().ifPresent(method -> json.addProperty("method", method.label()));
        json.add("from", vmm(vm.from()));
        json.add("to", vmm(vm.to()));
        vm.fromKvm().ifPresent(kvm -> json.add("fromKvm", of(kvm)));
        vm.toKvm().ifPresent(kvm -> json.add("toKvm", of(kvm)));
        json.addProperty("step", vm.step());
        json.addProperty("message", vm.message());
        put(json, "pauseMs", vm.pause());
        put(json, "preparationMs", vm.preparation());
        put(json, "totalMs", vm.total());
        return json;
    }

    private static VmOutcome outcome(JsonObject json) throws JsonException {
        Optional<Method> method = Optional.empty();
        if (json.has("method")) {
            method = Optional.of(Method.labelled(Json.getString(json, "method")));
        }
        return new VmOutcome(
                new VmId(UUID.fromString(Json.getString(json, "uuid")), Json.getString(json, "name")),
                VmOutcome.Result.valueOf(constant(Json.getString(json, "result"))),
                method,
                vmm(Json.getObject(json, "from")),
                vmm(Json.getObject(json, "to")),
                kvm(json, "fromKvm"),
                kvm(json, "toKvm"),
                Json.getString(json, "step"),
                Json.getString(json, "message"),
                get(json, "pauseMs"),
                get(json, "preparationMs"),
                get(json, "totalMs"));
    }

    private static JsonObject id(VmId id) {
        return Json.object()
                .put("uuid", id.uuid().toString())
                .put("name", id.name())
                .build();
    }

    private static JsonObject vmm(Vmm vmm) {
        return Json.object()
                .put("version", vmm.version().toString())
                .put("emulator", vmm.emulator().toString())
                .put("replacedOnDisk", vmm.deleted())
                .build();
    }

    private static Vmm vmm(JsonObject json) throws JsonException {
        return new Vmm(
                Path.of(Json.getString(json, "emulator")),
                QemuVersion.parse(Json.getString(json, "version")),
                Json.getBoolean(json, "replacedOnDisk"));
    }

    /** Java's CONSTANT as JSON's constant-like word, and back. */
    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String constant(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }

    private static Duration duration(JsonElement millis) {
        return Duration.ofNanos(Math.round(millis.getAsDouble() * 1e6));
    }

    private static void put(JsonObject json, String name, Optional<Duration> value) {
        value.ifPresent(v -> json.addProperty(name, millis(v)));
    }

    private static Optional<Duration> get(JsonObject json, String name) {
        return json.has(name) ? Optional.of(duration(json.get(name))) : Optional.empty();
    }
}
