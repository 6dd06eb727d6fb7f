// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.graft;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.libvirt.DomainXml;
import io.orthus.engine.libvirt.PassthroughDevice;
import io.orthus.engine.libvirt.Xml;
import io.orthus.engine.qmp.QmpException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.w3c.dom.Element;

/**
 * Brings over what lives neither on the command line nor in the migration stream, because libvirt set it by QMP at run
 * time: hot-plugged vCPUs, I/O limits, the balloon's statistics interval, links that were taken down.
 */
public final class StateReplay {
    private static final List<String> LIMITS = List.of("bps", "bps_rd", "bps_wr", "iops", "iops_rd", "iops_wr");
    private static final List<String> LIMIT_SUFFIXES = List.of("_max", "_max_length");

    /** From the largest unit of the topology to the smallest; numbers, so 10 comes after 9. */
    private static final Comparator<JsonObject> BY_TOPOLOGY = Stream.of(
                    "socket-id", "die-id", "module-id", "core-id", "thread-id")
            .map(unit -> Comparator.<JsonObject>comparingLong(slot -> number(slot, unit)))
            .reduce(Comparator::thenComparing)
            .orElseThrow();

    private final Twins twins;
    private final List<String> done = new ArrayList<>();

    /** Works on one VM. */
    public StateReplay(Twins twins) {
        this.twins = twins;
    }

    /** Replays everything and tells what there was, for the report. */
    public List<String> run() throws QmpException, IOException {
        plugCpus();
        limitIo();
        pollBalloon();
        takeLinksDown();
        return List.copyOf(done);
    }

    private void plugCpus() throws QmpException, IOException {
        Map<String, JsonObject> slots = new HashMap<>();
        for (JsonElement slot : twins.fresh().execute("query-hotpluggable-cpus").getAsJsonArray()) {
            slots.put(key(slot.getAsJsonObject()), slot.getAsJsonObject());
        }
        List<JsonObject> plugged = new ArrayList<>();
        for (JsonElement element :
                twins.old().execute("query-hotpluggable-cpus").getAsJsonArray()) {
            JsonObject cpu = element.getAsJsonObject();
            JsonObject slot = slots.get(key(cpu));
            if (cpu.has("qom-path") && slot != null && !slot.has("qom-path")) {
                plugged.add(cpu);
            }
        }
        // In the order of their slots, so that both sides number their vCPUs alike.
        plugged.sort(BY_TOPOLOGY);
        for (JsonObject cpu : plugged) {
            String path = Json.getString(cpu, "qom-path");
            String id = path.substring(path.lastIndexOf('/') + 1);
            JsonObject device = Json.object()
                    .put("driver", Json.getString(cpu, "type"))
                    .put("id", id)
                    .build();
            cpu.getAsJsonObject("props").entrySet().forEach(p -> device.add(p.getKey(), p.getValue()));
            twins.fresh().execute("device_add", device);
            done.add("vCPU " + id);
        }
    }

    private static long number(JsonObject slot, String unit) {
        JsonObject props = slot.getAsJsonObject("props");
        return props.has(unit) ? props.get(unit).getAsLong() : 0;
    }

    private static String key(JsonObject slot) {
        JsonObject sorted = new JsonObject();
        slot.getAsJsonObject("props").entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(p -> sorted.add(p.getKey(), p.getValue()));
        return sorted.toString();
    }

    private void limitIo() throws QmpException, IOException {
        for (JsonElement element : twins.old().execute("query-block").getAsJsonArray()) {
            JsonObject drive = element.getAsJsonObject();
            if (!drive.has("inserted") || !drive.has("qdev")) {
                continue;
            }
            JsonObject inserted = drive.getAsJsonObject("inserted");
            if (LIMITS.stream().noneMatch(limit -> isSet(inserted, limit))) {
                continue;
            }
            JsonObject arguments =
                    Json.object().put("id", Json.getString(drive, "qdev")).build();
            for (String limit : LIMITS) {
                arguments.add(limit, inserted.get(limit));
                for (String suffix : LIMIT_SUFFIXES) {
                    copyIfSet(inserted, limit + suffix, arguments);
                }
            }
            copyIfSet(inserted, "iops_size", arguments);
            if (inserted.has("group")) {
                arguments.add("group", inserted.get("group"));
            }
            twins.fresh().execute("block_set_io_throttle", arguments);
            done.add("I/O limit " + Json.getString(drive, "qdev"));
        }
    }

    private static boolean isSet(JsonObject values, String name) {
        return values.has(name) && values.get(name).getAsLong() != 0;
    }

    private static void copyIfSet(JsonObject from, String name, JsonObject to) {
        if (isSet(from, name)) {
            to.add(name, from.get(name));
        }
    }

    private void pollBalloon() throws QmpException, IOException {
        JsonObject peripherals =
                Json.object().put("path", "/machine/peripheral").build();
        for (JsonElement element : twins.old().execute("qom-list", peripherals).getAsJsonArray()) {
            JsonObject device = element.getAsJsonObject();
            if (!Json.getString(device, "type").contains("virtio-balloon")) {
                continue;
            }
            JsonObject property = Json.object()
                    .put("path", "/machine/peripheral/" + Json.getString(device, "name"))
                    .put("property", "guest-stats-polling-interval")
                    .build();
            JsonElement interval = twins.old().execute("qom-get", property);
            if (interval.getAsLong() != 0) {
                property.add("value", interval);
                twins.fresh().execute("qom-set", property);
                done.add("balloon statistics every " + interval + " s");
            }
        }
    }

    private void takeLinksDown() throws QmpException, IOException {
        for (Element device : DomainXml.parse(twins.vm().liveXml()).devices()) {
            // One that is a device of the host has no link in QEMU.
            boolean down = device.getTagName().equals("interface")
                    && !PassthroughDevice.isOne(device)
                    && Xml.findChild(device, "link")
                            .filter(link -> link.getAttribute("state").equals("down"))
                            .isPresent();
            if (down) {
                String alias = DomainXml.alias(device);
                twins.fresh()
                        .execute(
                                "set_link",
                                Json.object()
                                        .put("name", alias)
                                        .put("up", false)
                                        .build());
                done.add("link down " + alias);
            }
        }
    }
}
