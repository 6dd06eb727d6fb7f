// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** The agent of a lab host, as a management server talks to it. For each command it is started anew. */
final class CloudStackAgent {
    private static final String JAR = "/usr/share/orthus/cloudstack-agent-orthus.jar";
    private static final String HOME = "/var/tmp/cloudstack-agent";
    private static final String PROGRAM = "io.orthus.lab.management.agent.StandInAgent";
    /** Where the other modules were built; this one is built without them. */
    private static final Path MANAGEMENT = Path.of("management/target/classes");

    private static final Path CLOUDSTACK = Path.of("../cloudstack-stubs/target/classes");
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final long POLL_MS = 500;

    private final LabHost lab;

    /** Brings what the real agent has on its class path, and the stand-in itself. */
    CloudStackAgent(LabHost lab) {
        this.lab = lab;
        copyAll(CLOUDSTACK, "");
        copyAll(MANAGEMENT, PROGRAM.substring(0, PROGRAM.lastIndexOf('.')).replace('.', '/'));
        copy(placeOf(Gson.class), "/gson.jar");
    }

    /** Starts the agent with a command, which its answer is the output of. */
    Process start(String command, JsonObject content) {
        JsonObject wire = new JsonObject();
        wire.add("io.orthus.protocol." + command, content);
        // Its only line of input, with which it ends.
        String input = HOME + "/command-" + UUID.randomUUID();
        try {
            Files.writeString(lab.path(input), "[" + wire + "]\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lab.start(
                "sh",
                "-c",
                "exec \"$@\" <\"$0\"",
                input,
                "java",
                "-cp",
                String.join(":", JAR, HOME + "/classes", HOME + "/gson.jar"),
                PROGRAM,
                JAR);
    }

    /** The answer to a command. */
    private static JsonObject answer(Process process) {
        LabHost.Result result = LabHost.finish(process).ok();
        return JsonParser.parseString(result.out())
                .getAsJsonArray()
                .get(0)
                .getAsJsonObject()
                .getAsJsonObject("io.orthus.protocol.OrderAnswer");
    }

    /** Gives an order and tells how it ended. Like a management server it asks again when it is refused. */
    JsonObject carriedOut(JsonObject order) throws InterruptedException {
        return ended("StartOrderCommand", order);
    }

    /** How an order ended that has been given. */
    JsonObject ended(String token) throws InterruptedException {
        return ended("PollOrderCommand", token(token));
    }

    private JsonObject ended(String command, JsonObject content) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            JsonObject answer = answer(start(command, content));
            JsonObject report = answer.getAsJsonObject("report");
            if (report != null && !report.get("state").getAsString().equals("RUNNING")) {
                return report;
            }
            assertThat(System.nanoTime()).as("still: %s", answer).isLessThan(end);
            Thread.sleep(POLL_MS);
        }
    }

    private static JsonObject token(String token) {
        JsonObject content = new JsonObject();
        content.addProperty("token", token);
        return content;
    }

    private static Path placeOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** The files below a folder of a class path. */
    private void copyAll(Path path, String folder) {
        try (Stream<Path> files = Files.walk(path.resolve(folder))) {
            files.filter(Files::isRegularFile).forEach(file -> copy(file, "/classes/" + path.relativize(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void copy(Path from, String to) {
        try {
            Path target = lab.path(HOME + to);
            Files.createDirectories(target.getParent());
            Files.copy(from, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The content of a command that starts an order; {@code vms} may be empty for all. */
    static JsonObject order(String token, String kind, List<String> vms) {
        return JsonParser.parseString(new Gson()
                        .toJson(Map.of(
                                "order",
                                Map.of(
                                        "token",
                                        token,
                                        "kind",
                                        kind,
                                        "vms",
                                        vms,
                                        "options",
                                        Map.of("longestPauseMs", 20_000)))))
                .getAsJsonObject();
    }
}
