// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The running lab host named by the system property {@code orthus.lab}. Process ids are those of the lab. */
final class LabHost {
    /** For anything that is expected to happen; a busy machine is slow. */
    static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final Path SCRIPT = Path.of("lab").toAbsolutePath();
    private static final long POLL_MS = 2;

    private final String name;
    private final String init;
    private final Path root;

    private LabHost(String name, String init) {
        this.name = name;
        this.init = init;
        this.root = Path.of("/proc", init, "root");
    }

    /** What a program said and how it ended. */
    record Result(int exit, String out, String err) {
        Result ok() {
            assertThat(exit).as("exit code; it said: %s%s", out, err).isZero();
            return this;
        }
    }

    static LabHost running() {
        String name = System.getProperty("orthus.lab");
        assertThat(name)
                .as("the system property orthus.lab, the name of a lab that is up")
                .isNotNull();
        return named(name);
    }

    /** Starts another one; {@link #down} ends it. One that a test which was ended has left goes first. */
    static LabHost up(String name) {
        outside(SCRIPT.toString(), "down", name).ok();
        outside(SCRIPT.toString(), "up", name).ok();
        return named(name);
    }

    private static LabHost named(String name) {
        return new LabHost(
                name, outside(SCRIPT.toString(), "pid", name).ok().out().strip());
    }

    void down() {
        outside(SCRIPT.toString(), "down", name).ok();
    }

    String name() {
        return name;
    }

    /** The process id of its init on this machine, by which others find its namespaces. */
    String init() {
        return init;
    }

    /** Where its writable files are on this machine. */
    String files() {
        return outside(SCRIPT.toString(), "status", name)
                .ok()
                .out()
                .lines()
                .filter(line -> line.startsWith("files "))
                .map(line -> line.substring("files ".length()).strip())
                .findFirst()
                .orElseThrow();
    }

    /** Runs a program of the machine that the lab is on. */
    static Result outside(String... command) {
        return finish(launch(List.of(command)));
    }

    Result run(String... command) {
        return finish(start(command));
    }

    /** Starts a program in the lab; {@link #finish} waits for it. */
    Process start(String... command) {
        List<String> whole = new ArrayList<>(List.of(SCRIPT.toString(), "exec", name, "--"));
        whole.addAll(List.of(command));
        return launch(whole);
    }

    /** A TCP connection from within the lab, as the output and input of a process. */
    Process connect(String address, int port) {
        try {
            return new ProcessBuilder(
                            SCRIPT.toString(), "exec", name, "--", "socat", "-", "TCP:" + address + ":" + port)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Process launch(List<String> command) {
        try {
            Path out = Files.createTempFile("orthus-lab", ".out");
            Path err = Files.createTempFile("orthus-lab", ".err");
            Process process = new ProcessBuilder(command)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            return new FileBackedProcess(process, out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Result finish(Process process) {
        FileBackedProcess backed = (FileBackedProcess) process;
        try {
            if (!backed.waitFor(5, TimeUnit.MINUTES)) {
                backed.destroyForcibly();
                throw new AssertionError("the program did not end within 5 minutes");
            }
            return new Result(backed.exitValue(), backed.output(), backed.errors());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** A path of the lab as this machine reaches it. */
    Path path(String absolute) {
        return root.resolve(absolute.substring(1));
    }

    String read(String absolute) {
        try {
            return Files.readString(path(absolute));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(String absolute, String text, String permissions) {
        try {
            Path file = path(absolute);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean exists(String absolute) {
        return Files.exists(path(absolute));
    }

    List<String> list(String absolute) {
        if (!exists(absolute)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(path(absolute))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a signal to a process of the lab, by its id there. */
    void signal(String signal, int pid) {
        run("kill", "-" + signal, Integer.toString(pid)).ok();
    }

    /** Processes in whose command line all {@code words} are found, zombies left out. */
    List<Integer> processes(String... words) {
        List<Integer> found = new ArrayList<>();
        for (String entry : list("/proc")) {
            if (entry.chars().allMatch(Character::isDigit) && commandLine(entry).containsAll(List.of(words))) {
                found.add(Integer.valueOf(entry));
            }
        }
        return found;
    }

    boolean alive(int pid) {
        return !commandLine(Integer.toString(pid)).isEmpty();
    }

    /** Empty for a process that is gone or a zombie. */
    private List<String> commandLine(String pid) {
        try {
            byte[] bytes = Files.readAllBytes(path("/proc/" + pid + "/cmdline"));
            return bytes.length == 0 ? List.of() : List.of(new String(bytes, StandardCharsets.UTF_8).split("\0", -1));
        } catch (IOException e) {
            return List.of();
        }
    }

    int libvirtd() {
        return Integer.parseInt(run("systemctl", "show", "-p", "MainPID", "--value", "libvirtd.service")
                .ok()
                .out()
                .strip());
    }

    /** {@code OLD} or {@code NEW}: a QEMU of the lab. */
    String qemu(String which) {
        return build(which);
    }

    /** Its version. */
    String version(String which) {
        return build(which + "_VERSION");
    }

    private String build(String key) {
        Properties builds = new Properties();
        try (var in = Files.newBufferedReader(path("/etc/orthus-lab/qemu"))) {
            builds.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return builds.getProperty(key);
    }

    /** Waits for a condition; an exception or a failed assertion in it counts as "not yet". */
    static void await(String what, Callable<Boolean> condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Throwable last = null;
        while (true) {
            try {
                if (condition.call()) {
                    return;
                }
            } catch (Exception | AssertionError e) {
                last = e;
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain for " + what, last);
            }
            try {
                Thread.sleep(POLL_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
    }
}
