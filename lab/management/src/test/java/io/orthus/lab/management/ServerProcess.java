// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A stand-in server in a process of its own, which can be killed. */
final class ServerProcess implements AutoCloseable {
    private static final Pattern LISTENS = Pattern.compile("listening at http://127\\.0\\.0\\.1:(\\d+)/.*");

    private final Process process;
    private int port;

    /**
     * Begins to start one.
     *
     * @param agents where its hosts are
     * @param java options of its Java
     * @param options further ones, as Main takes them
     */
    ServerProcess(String database, URI agents, List<String> java, List<String> options) throws IOException {
        // Surefire's own class path is a jar that names the real one.
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        command.addAll(java);
        command.addAll(List.of(
                "-cp", classPath, Main.class.getName(), "--port=0", "--database=" + database, "--agents=" + agents));
        command.addAll(options);
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Waits until it answers; ends when the process does. */
    ServerProcess started() throws IOException {
        BufferedReader out = process.inputReader();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            Matcher listens = LISTENS.matcher(line);
            if (listens.matches()) {
                port = Integer.parseInt(listens.group(1));
                drain(out);
                return this;
            }
        }
        throw new IOException("the server ended before it answered: " + process);
    }

    int port() {
        return port;
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** As a power failure would end it: nothing is given back, nothing is finished. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** A pipe that nobody empties would hold it up. */
    private static void drain(BufferedReader out) {
        Thread reader = new Thread(() -> {
            try {
                while (out.readLine() != null) {
                    // What it says goes to its log as well.
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        reader.setDaemon(true);
        reader.setUncaughtExceptionHandler((thread, e) -> {
            // The pipe breaks when the process is killed.
        });
        reader.start();
    }
}
