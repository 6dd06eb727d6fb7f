// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.graft;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.json.JsonException;
import io.orthus.engine.qmp.Qmp;
import io.orthus.engine.qmp.QmpException;
import io.orthus.engine.sys.Memfd;
import io.orthus.engine.sys.Proc;
import io.orthus.engine.vmm.Method;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Compares the new QEMU with the old one before the guest is stopped. QEMU itself finds many differences only while it
 * loads the state, in the pause, and some not at all: a target that does not share all RAM blocks runs on with an empty
 * BIOS until the next reboot, and another CPU model is accepted in silence.
 */
public final class TwinCheck {
    private static final String STEP = "compare";
    /** Lists of {@code X86CPUFeatureWordInfo}: unordered, and words without a feature may be left out. */
    private static final List<String> FEATURE_WORDS = List.of("feature-words", "filtered-features");

    private static final List<String> CPU_PROPERTIES =
            List.of("family", "model", "stepping", "model-id", "level", "xlevel", "vendor", "type");
    /** A display surface is no guest RAM; each process has its own. */
    private static final String DISPLAY_SURFACE = "displaysurface";

    private final Twins twins;
    private final Method method;

    /** Compares the two processes of one VM that is to be moved by {@code method}. */
    public TwinCheck(Twins twins, Method method) {
        this.twins = twins;
        this.method = method;
    }

    /**
     * Compares everything.
     *
     * @throws GraftException naming the first difference
     */
    public void run() throws QmpException, IOException, GraftException {
        same("the machine type", machine(twins.old()), machine(twins.fresh()));
        same("the devices", peripherals(twins.old()), peripherals(twins.fresh()));
        same("the memory", memory(twins.old()), memory(twins.fresh()));
        same("the vCPUs", vcpus(twins.old()), vcpus(twins.fresh()));
        same("the I/O threads", ioThreads(twins.old()), ioThreads(twins.fresh()));
        cpuModel();
        same("the drives", drives(twins.old()), drives(twins.fresh()));
        if (method == Method.CPR_TRANSFER) {
            sharedRam();
        }
    }

    private static void same(String subject, Object old, Object fresh) throws GraftException {
        if (!old.equals(fresh)) {
            throw new GraftException(STEP, "%s of the new QEMU differ: %s became %s".formatted(subject, old, fresh));
        }
    }

    private static String machine(Qmp qmp) throws QmpException, IOException {
        return qmp.execute(
                        "qom-get",
                        Json.object()
                                .put("path", "/machine")
                                .put("property", "type")
                                .build())
                .getAsString();
    }

    private static Map<String, String> peripherals(Qmp qmp) throws QmpException, IOException {
        Map<String, String> devices = new TreeMap<>();
        for (JsonElement element : qmp.execute(
                        "qom-list",
                        Json.object().put("path", "/machine/peripheral").build())
                .getAsJsonArray()) {
            JsonObject device = element.getAsJsonObject();
            if (Json.getString(device, "type").startsWith("child<")) {
                devices.put(Json.getString(device, "name"), Json.getString(device, "type"));
            }
        }
        return devices;
    }

    private static String memory(Qmp qmp) throws QmpException, IOException {
        return qmp.execute("query-memory-size-summary").toString();
    }

    private static Set<String> vcpus(Qmp qmp) throws QmpException, IOException {
        Set<String> cpus = new TreeSet<>();
        for (JsonElement element : qmp.execute("query-cpus-fast").getAsJsonArray()) {
            JsonObject cpu = element.getAsJsonObject();
            cpus.add(cpu.get("cpu-index") + " " + cpu.get("props"));
        }
        return cpus;
    }

    private static Set<String> ioThreads(Qmp qmp) throws QmpException, IOException {
        Set<String> names = new TreeSet<>();
        for (JsonElement thread : qmp.execute("query-iothreads").getAsJsonArray()) {
            names.add(Json.getString(thread.getAsJsonObject(), "id"));
        }
        return names;
    }

    private void cpuModel() throws QmpException, IOException, GraftException {
        String old = firstCpu(twins.old());
        String fresh = firstCpu(twins.fresh());
        for (String property : CPU_PROPERTIES) {
            same("CPU property " + property, get(twins.old(), old, property), get(twins.fresh(), fresh, property));
        }
        for (String property : FEATURE_WORDS) {
            same("CPU " + property, words(get(twins.old(), old, property)), words(get(twins.fresh(), fresh, property)));
        }
    }

    private static String firstCpu(Qmp qmp) throws QmpException, IOException {
        JsonArray cpus = qmp.execute("query-cpus-fast").getAsJsonArray();
        return Json.getString(cpus.get(0).getAsJsonObject(), "qom-path");
    }

    private static JsonElement get(Qmp qmp, String path, String property) throws QmpException, IOException {
        return qmp.execute(
                "qom-get",
                Json.object().put("path", path).put("property", property).build());
    }

    private static Set<String> words(JsonElement list) throws JsonException {
        Set<String> words = new TreeSet<>();
        for (JsonElement element : list.getAsJsonArray()) {
            JsonObject word = element.getAsJsonObject();
            if (word.get("features").getAsLong() != 0) {
                JsonElement subleaf = word.get("cpuid-input-ecx");
                words.add("%s.%s.%s=%#x"
                        .formatted(
                                word.get("cpuid-input-eax"),
                                subleaf == null ? "" : subleaf,
                                Json.getString(word, "cpuid-register"),
                                word.get("features").getAsLong()));
            }
        }
        return words;
    }

    /** Each guest drive shows the same image, writable or not, on both sides. */
    private static Map<String, String> drives(Qmp qmp) throws QmpException, IOException {
        Map<String, String> drives = new TreeMap<>();
        for (JsonElement element : qmp.execute("query-block").getAsJsonArray()) {
            JsonObject drive = element.getAsJsonObject();
            if (drive.has("qdev")) {
                JsonObject inserted = drive.getAsJsonObject("inserted");
                drives.put(
                        Json.getString(drive, "qdev"),
                        inserted == null
                                ? "empty"
                                : Json.getString(inserted, "node-name") + " " + Json.getString(inserted, "file")
                                        + (inserted.get("ro").getAsBoolean() ? " read-only" : ""));
            }
        }
        return drives;
    }

    /** Every RAM block of the old process must be mapped by the new one, by inode. QEMU does not check this. */
    private void sharedRam() throws IOException, GraftException {
        Set<Memfd> missing = new HashSet<>(ram(twins.oldProcess().pid()));
        missing.removeAll(ram(twins.freshProcess().pid()));
        if (!missing.isEmpty()) {
            List<String> names = new ArrayList<>();
            missing.forEach(block -> names.add(block.name()));
            throw new GraftException(STEP, "the new QEMU does not share the RAM blocks " + new TreeSet<>(names));
        }
    }

    private static Set<Memfd> ram(int pid) throws IOException {
        Set<Memfd> blocks = new HashSet<>(Proc.of(pid).memfds());
        blocks.removeIf(block -> block.name().contains(DISPLAY_SURFACE));
        return blocks;
    }
}
