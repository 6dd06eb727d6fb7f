// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.json.JsonException;
import io.orthus.engine.kvm.KvmInstance;
import io.orthus.engine.vmm.Method;
import io.orthus.engine.vmm.QemuVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A VM as it was found on a Debian 13 host with libvirt 11.3: QEMU 10.0.2 running, a command line for 11.1.3 made by
 * libvirt. Tests change what they need by replacing text.
 */
final class Fixture {
    static final QemuVersion TARGET = QemuVersion.parse("11.1.3");
    static final Path CPR_SOCKET = Path.of("/run/orthus/vm/UUID/cpr");

    private final String name;
    private final List<Integer> extraVhosts = new ArrayList<>();
    private UnaryOperator<String> status = UnaryOperator.identity();
    private UnaryOperator<String> nativeLine = UnaryOperator.identity();
    private UnaryOperator<String> running = UnaryOperator.identity();
    private UnaryOperator<String> blockNodes = UnaryOperator.identity();
    private QemuVersion target = TARGET;
    private Optional<KvmInstance> kvm = Optional.empty();

    private Fixture(String name) {
        this.name = name;
    }

    static Fixture of(String name) {
        return new Fixture(name);
    }

    Fixture status(String from, String to) {
        status = then(status, from, to);
        return this;
    }

    Fixture nativeLine(String from, String to) {
        nativeLine = then(nativeLine, from, to);
        return this;
    }

    Fixture running(String from, String to) {
        running = then(running, from, to);
        return this;
    }

    Fixture blockNodes(String from, String to) {
        blockNodes = then(blockNodes, from, to);
        return this;
    }

    Fixture target(String version) {
        target = QemuVersion.parse(version);
        return this;
    }

    Fixture kvm(String name) {
        kvm = Optional.of(new KvmInstance(name, "6.12.107-1", Optional.empty()));
        return this;
    }

    /** As if the running QEMU had that many /dev/vhost-net open. */
    Fixture openVhosts(int count) {
        for (int i = 0; i < count; i++) {
            extraVhosts.add(100 + i);
        }
        return this;
    }

    LaunchPlan build(Method method) throws IOException, VmNotCarriedException {
        return new ArgvBuilder(method, target, kvm, CPR_SOCKET).build(statusFile(), nativeCommandLine(), runningQemu());
    }

    byte[] statusFile() throws IOException {
        return status.apply(text("status.xml")).getBytes(StandardCharsets.UTF_8);
    }

    CommandLine nativeCommandLine() throws IOException {
        return CommandLine.parse(nativeLine.apply(text("native.argv")).lines().toList());
    }

    CommandLine runningCommandLine() throws IOException {
        return CommandLine.parse(running.apply(text("running.argv")).lines().toList());
    }

    RunningQemu runningQemu() throws IOException {
        Map<String, List<Integer>> taps = new LinkedHashMap<>();
        JsonObject json = Json.parseObject(text("taps.json"), "taps");
        for (String tap : json.keySet()) {
            List<Integer> fds = new ArrayList<>();
            Json.getArray(json, tap).forEach(fd -> fds.add(fd.getAsInt()));
            taps.put(tap, fds);
        }
        Map<Integer, String> descriptors = new LinkedHashMap<>();
        JsonObject links = Json.parseObject(text("descriptors.json"), "descriptors");
        for (String fd : links.keySet()) {
            descriptors.put(Integer.valueOf(fd), Json.getString(links, fd));
        }
        extraVhosts.forEach(fd -> descriptors.put(fd, "/dev/vhost-net"));
        Set<Path> shared = new LinkedHashSet<>();
        for (String line :
                text("maps.txt").lines().filter(map -> !map.isEmpty()).toList()) {
            shared.add(Path.of(line.split(" +", 6)[5]));
        }
        return new RunningQemu(
                runningCommandLine(),
                RunningQemu.nodeNames(array(blockNodes.apply(text("query-named-block-nodes.json")))),
                taps,
                descriptors,
                FdSet.read(array(text("query-fdsets.json"))),
                shared);
    }

    private String text(String file) throws IOException {
        try (InputStream stream = Fixture.class.getResourceAsStream(name + "/" + file)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static JsonArray array(String text) throws JsonException {
        JsonElement element = Json.parse(text, "fixture");
        return element.getAsJsonArray();
    }

    private static UnaryOperator<String> then(UnaryOperator<String> first, String from, String to) {
        return text -> {
            String before = first.apply(text);
            if (!before.contains(from)) {
                throw new AssertionError("the fixture does not contain: " + from);
            }
            return before.replace(from, to);
        };
    }
}
