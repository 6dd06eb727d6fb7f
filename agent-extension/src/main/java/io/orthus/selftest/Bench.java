// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.selftest;

import io.orthus.engine.sys.AtomicFile;
import io.orthus.engine.sys.Commands;
import io.orthus.engine.sys.Deadline;
import io.orthus.engine.sys.Reason;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/**
 * All that the self-test puts on a host: files, a bridge that leads nowhere, who hears the guests, the guests.
 *
 * <p>A unit of systemd, the guard, is started before anything else. It lives as long as this process or until it is
 * stopped, and when it ends, whichever way, systemd runs {@code selftest-clean}, which takes everything down. So that is
 * done in one place, and done also when this process is killed.
 */
final class Bench {
    /** Where QEMU may read everywhere: security policies know libvirt's own directory of images. */
    static final Path FILES = Path.of("/var/lib/libvirt/images/orthus-selftest");

    static final Path KERNEL = FILES.resolve("vmlinuz");
    static final Path INITRAMFS = FILES.resolve("initramfs");
    static final Path SOCKET = FILES.resolve("watch.sock");
    static final String BRIDGE = "orthus-test";
    /** TEST-NET-1 of RFC 5737, which nobody routes. */
    static final String SUBNET = "192.0.2.";

    static final String HOST = SUBNET + "1";

    static final Path PROGRAMS = Path.of("/usr/lib/orthus/selftest");
    private static final String GUARD = "orthus-selftest.service";
    private static final String WATCH = "orthus-selftest-watch.service";
    private static final long DISK_BYTES = 128L << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** An upgrade that is under way is waited for before anything is taken down. */
    private static final Duration TAKE_DOWN = Duration.ofMinutes(30);

    private final Commands commands;

    Bench(Commands commands) {
        this.commands = commands;
    }

    /**
     * Refuses a host that is not free for the test, or lacks something.
     *
     * @throws IOException with what is in the way
     */
    void requireSpareHost() throws IOException {
        if (!Files.isExecutable(PROGRAMS.resolve("workload"))) {
            throw new IOException("there are no guests in " + PROGRAMS + "; install the package orthus-selftest");
        }
        List<String> domains = commands.run(PATIENCE, "virsh", "--quiet", "list", "--name")
                .lines()
                .filter(name -> !name.isBlank())
                .toList();
        if (!domains.isEmpty()) {
            throw new IOException("%d domain(s) run on this host, '%s' is one; the self-test is for a spare host"
                    .formatted(domains.size(), domains.get(0)));
        }
        requireNothingLeft();
        String addresses = commands.run(PATIENCE, "ip", "-oneline", "-4", "address", "show", "to", SUBNET + "0/24");
        if (!addresses.isBlank()) {
            throw new IOException("this host has an address in " + SUBNET + "0/24, which the guests are to have");
        }
    }

    private void requireNothingLeft() throws IOException {
        for (Path path : List.of(FILES, Path.of("/sys/class/net", BRIDGE))) {
            if (Files.exists(path)) {
                throw new IOException(
                        "%s is left of another self-test; %s/selftest-clean takes it away".formatted(path, PROGRAMS));
            }
        }
    }

    /** From here on everything is taken down in the end, whatever happens to this process. */
    void guard() throws IOException {
        commands.run(
                PATIENCE,
                "systemd-run",
                "--quiet",
                "--collect",
                "--unit",
                GUARD,
                "--description",
                "Takes down what orthus selftest has put on this host",
                "--property",
                "ExecStopPost=" + PROGRAMS.resolve("selftest-clean"),
                "--property",
                "TimeoutStopSec=" + TAKE_DOWN.toSeconds(),
                "tail",
                "--pid=" + ProcessHandle.current().pid(),
                "--follow",
                "/dev/null");
    }

    /** Bridge, watcher, kernel: what all guests share. */
    Watcher open(GuestKernel kernel) throws IOException {
        Files.createDirectories(FILES);
        Files.setPosixFilePermissions(FILES, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.copy(kernel.image(), KERNEL);
        Files.setPosixFilePermissions(KERNEL, PosixFilePermissions.fromString("rw-r--r--"));
        AtomicFile.write(INITRAMFS, kernel.initramfs(), PosixFilePermissions.fromString("rw-r--r--"));
        commands.run(PATIENCE, "ip", "link", "add", BRIDGE, "type", "bridge");
        commands.run(PATIENCE, "ip", "address", "add", HOST + "/24", "dev", BRIDGE);
        commands.run(PATIENCE, "ip", "link", "set", BRIDGE, "up");
        commands.run(
                PATIENCE,
                "systemd-run",
                "--quiet",
                "--collect",
                "--unit",
                WATCH,
                "--property",
                "BindsTo=" + GUARD,
                "--property",
                "After=" + GUARD,
                PROGRAMS.resolve("orthus-watch").toString(),
                "serve",
                "--listen",
                HOST,
                "--socket",
                SOCKET.toString());
        Watcher watcher = Watcher.at(SOCKET);
        Deadline.after(PATIENCE).await("orthus-watch to listen", Duration.ofMillis(20), () -> listens(watcher));
        return watcher;
    }

    private static boolean listens(Watcher watcher) {
        try {
            return Watcher.ok(watcher.ask("list"));
        } catch (IOException e) {
            return false;
        }
    }

    /** Starts a guest; it boots by itself. */
    void start(TestGuest guest, Path emulator, boolean emulated) throws IOException {
        for (Path disk : List.of(guest.bootDisk(), guest.dataDisk())) {
            try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
                file.setLength(DISK_BYTES);
            }
        }
        Files.write(guest.configDrive(), ConfigDrive.of("ORTHUS.CONF", guest.settings(emulated)));
        Path definition = FILES.resolve(guest.name() + ".xml");
        Files.writeString(definition, GuestDefinition.of(guest, emulator, emulated));
        commands.run(PATIENCE, "virsh", "--quiet", "create", definition.toString());
    }

    /** Whether libvirt is in charge of it: its agent answers, by the monitor's process that libvirt knows. */
    boolean managed(TestGuest guest) {
        try {
            commands.run(
                    PATIENCE,
                    "virsh",
                    "--quiet",
                    "qemu-agent-command",
                    "--timeout",
                    "30",
                    guest.name(),
                    "{\"execute\":\"guest-ping\"}");
            commands.run(
                    PATIENCE,
                    "virsh",
                    "--quiet",
                    "qemu-monitor-command",
                    guest.name(),
                    "{\"execute\":\"query-status\"}");
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Takes everything down, and looks whether it is gone.
     *
     * @throws IOException if something is left
     */
    void takeDown() throws IOException {
        try {
            commands.run(TAKE_DOWN, "systemctl", "stop", GUARD);
            requireNothingLeft();
        } catch (IOException e) {
            throw new IOException(
                    "not everything could be taken down: " + Reason.of(e) + "; journalctl --unit " + GUARD
                            + " tells more",
                    e);
        }
    }
}
