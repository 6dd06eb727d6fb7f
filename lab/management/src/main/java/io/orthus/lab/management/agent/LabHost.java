// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.agent;

import io.orthus.lab.management.cloud.HostLink;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A host of the fast lab that is up and has the agent's extension installed. The agent's JVM is started anew for each
 * command, so it keeps nothing between two of them, as after a restart. Thread-safe.
 */
public final class LabHost implements HostLink {
    private static final String JAR = "/usr/share/orthus/cloudstack-agent-orthus.jar";
    private static final String HOME = "/var/tmp/cloudstack-agent";

    private final Path lab;
    private final String name;

    /**
     * Brings to the host what an agent has on its class path.
     *
     * @param lab the program {@code lab/lab}
     * @param classPath folders and jars of this process that are CloudStack's, Gson's and the agent's stand-in's
     */
    public LabHost(Path lab, String name, List<Path> classPath) throws IOException {
        this.lab = lab;
        this.name = name;
        Path root = Path.of("/proc", run(lab.toString(), "pid", name).strip(), "root");
        for (Path entry : classPath) {
            copy(entry, root.resolve(HOME.substring(1)));
        }
    }

    /** Its running VMs: names by UUID. */
    public Map<String, String> vms() throws IOException {
        Map<String, String> vms = new LinkedHashMap<>();
        inLab("virsh", "--quiet", "list", "--uuid", "--name")
                .lines()
                .map(String::strip)
                .forEach(line -> {
                    int space = line.indexOf(' ');
                    if (space > 0) {
                        vms.put(line.substring(0, space), line.substring(space).strip());
                    }
                });
        return vms;
    }

    @Override
    public String send(String command) throws IOException {
        return inLab(
                "java",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                String.join(":", JAR, HOME + "/classes", HOME + "/jars/*"),
                StandInAgent.class.getName(),
                JAR,
                command);
    }

    private String inLab(String... command) throws IOException {
        List<String> whole = new ArrayList<>(List.of(lab.toString(), "exec", name, "--"));
        whole.addAll(List.of(command));
        return run(whole.toArray(String[]::new));
    }

    /** Its output; what it says besides goes to our log. */
    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream out = process.getInputStream()) {
            String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new IOException(command[0] + " " + command[1] + ": exit status " + status);
            }
            return text;
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void copy(Path entry, Path home) throws IOException {
        if (!Files.isDirectory(entry)) {
            put(entry, home.resolve("jars").resolve(entry.getFileName()));
            return;
        }
        try (Stream<Path> files = Files.walk(entry)) {
            files.filter(Files::isRegularFile).forEach(file -> {
                try {
                    put(file, home.resolve("classes").resolve(entry.relativize(file)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void put(Path file, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
    }
}
