// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.agent;

import io.orthus.lab.management.cloud.HostLink;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A host of a lab, fast or nested, that is up and has the agent's extension installed. Its agent runs from the first
 * command on; one that has ended is started again by the next. Thread-safe; commands wait for each other.
 */
public final class LabHost implements HostLink {
    private static final String JAR = "/usr/share/orthus/cloudstack-agent-orthus.jar";
    private static final String HOME = "/var/tmp/cloudstack-agent";

    private final Path lab;
    private final String name;
    private Process agent;
    private BufferedWriter commands;
    private BufferedReader answers;

    /**
     * Brings to the host what an agent has on its class path.
     *
     * @param lab the program {@code lab/lab} or {@code lab/nested/lab}
     * @param classPath folders and jars of this process that are CloudStack's, Gson's and the agent's stand-in's
     */
    public LabHost(Path lab, String name, List<Path> classPath) throws IOException {
        this.lab = lab;
        this.name = name;
        for (Path entry : classPath) {
            if (Files.isDirectory(entry)) {
                copy(entry, ".", HOME + "/classes");
            } else {
                copy(entry.getParent(), entry.getFileName().toString(), HOME + "/jars");
            }
        }
    }

    /** Its running VMs: names by UUID. */
    public Map<String, String> vms() throws IOException {
        Map<String, String> vms = new LinkedHashMap<>();
        String list = output(new ProcessBuilder(inLab("virsh", "--quiet", "list", "--uuid", "--name")));
        list.lines().map(String::strip).forEach(line -> {
            int space = line.indexOf(' ');
            if (space > 0) {
                vms.put(line.substring(0, space), line.substring(space).strip());
            }
        });
        return vms;
    }

    @Override
    public synchronized String send(String command) throws IOException {
        if (agent == null || !agent.isAlive()) {
            start();
        }
        commands.write(command + "\n");
        commands.flush();
        String answer = answers.readLine();
        if (answer == null) {
            agent.destroy();
            throw new IOException("the agent of " + name + " has ended; the server's log has its last words");
        }
        return answer;
    }

    private void start() throws IOException {
        agent = new ProcessBuilder(inLab(
                        "java",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        String.join(":", JAR, HOME + "/classes", HOME + "/jars/*"),
                        StandInAgent.class.getName(),
                        JAR))
                .redirectError(Redirect.INHERIT)
                .start();
        commands = agent.outputWriter(StandardCharsets.UTF_8);
        answers = agent.inputReader(StandardCharsets.UTF_8);
    }

    private void copy(Path from, String what, String to) throws IOException {
        output(new ProcessBuilder(inLab("mkdir", "--parents", to)));
        List<Process> processes = ProcessBuilder.startPipeline(List.of(
                new ProcessBuilder("tar", "--create", "--directory=" + from, what).redirectError(Redirect.INHERIT),
                new ProcessBuilder(inLab("tar", "--extract", "--directory=" + to)).redirectError(Redirect.INHERIT)));
        for (Process process : processes) {
            await(process, "bringing the agent to " + name);
        }
    }

    private List<String> inLab(String... command) {
        List<String> whole = new ArrayList<>(List.of(lab.toString(), "exec", name, "--"));
        whole.addAll(List.of(command));
        return whole;
    }

    /** What it prints; what it says besides goes to our log. */
    private static String output(ProcessBuilder builder) throws IOException {
        Process process = builder.redirectInput(Path.of("/dev/null").toFile())
                .redirectError(Redirect.INHERIT)
                .start();
        try (InputStream out = process.getInputStream()) {
            String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            await(process, String.join(" ", builder.command()));
            return text;
        }
    }

    private static void await(Process process, String what) throws IOException {
        try {
            int status = process.waitFor();
            if (status != 0) {
                throw new IOException(what + ": exit status " + status);
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
