// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.libvirt;

import io.orthus.engine.sys.AtomicFile;
import io.orthus.engine.sys.Commands;
import io.orthus.engine.sys.TrustedPath;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/**
 * The lock files that keep the daemon from starting while a window is open or a QEMU is not committed, and the drop-in
 * that makes systemd heed them.
 *
 * <p>Whoever starts the daemon (restart on failure, a client at its socket, an operator), its first step is to take both
 * for an instant, each as it excludes its holders: one switch holds the gate exclusively, and for each QEMU that is not
 * committed an orthus-vmm-exec holds the other lock shared. The drop-in and the locks are gone after a reboot.
 */
final class Gate {
    /** Where the lock files are; they are never replaced: a lock is on the inode. */
    private static final Path DIRECTORY = Path.of("/run/orthus");

    private static final Path UNITS = Path.of("/run/systemd/system");
    private static final Duration RELOAD_LIMIT = Duration.ofSeconds(60);

    /** Says whether a path is trusted, by an exception. */
    @FunctionalInterface
    interface Trust {
        Path require(Path path) throws IOException;
    }

    private final Commands commands;
    private final Path directory;
    private final Path units;
    private final Trust trust;

    Gate(Commands commands) {
        this(commands, DIRECTORY, UNITS, TrustedPath::require);
    }

    Gate(Commands commands, Path directory, Path units, Trust trust) {
        this.commands = commands;
        this.directory = directory;
        this.units = units;
        this.trust = trust;
    }

    void ensure(String unit) throws IOException {
        ensureDirectory();
        ensureLockFile(window());
        ensureLockFile(uncommitted());
        Path dropIn = units.resolve(unit + ".d/50-orthus-gate.conf");
        writeIfDifferent(dropIn);
        // Asked of systemd, not concluded from the file: an earlier run may have died between writing and reloading.
        if (!loaded(unit, dropIn)) {
            commands.run(RELOAD_LIMIT, "systemctl", "daemon-reload");
            if (!loaded(unit, dropIn)) {
                throw new IOException("systemd does not load " + dropIn + "; see \"systemctl status " + unit + "\"");
            }
        }
    }

    private Path window() {
        return directory.resolve("gate");
    }

    private Path uncommitted() {
        return directory.resolve("uncommitted");
    }

    private void ensureDirectory() throws IOException {
        var permissions = PosixFilePermissions.fromString("rwx------");
        Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(permissions));
        trust.require(directory);
        Files.setPosixFilePermissions(directory, permissions);
    }

    private void ensureLockFile(Path file) throws IOException {
        var permissions = PosixFilePermissions.fromString("rw-------");
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(permissions));
        } catch (FileAlreadyExistsException e) {
            Files.setPosixFilePermissions(file, permissions);
        }
        trust.require(file);
    }

    private void writeIfDifferent(Path dropIn) throws IOException {
        String content = dropInContent();
        try {
            if (Files.readString(dropIn).equals(content)) {
                return;
            }
        } catch (NoSuchFileException e) {
            Files.createDirectories(dropIn.getParent());
        }
        AtomicFile.write(dropIn, content, "rw-r--r--");
    }

    private String dropInContent() {
        return String.join(
                "\n",
                "# Written by orthus: this daemon must not start while VMs are being switched.",
                "[Unit]",
                "# One more start than usual must not count as a crash loop.",
                "StartLimitIntervalSec=0",
                "[Service]",
                "# Or systemd would stop what requires the daemon, CloudStack's agent, and wait for that. Since systemd 254.",
                "RestartMode=direct",
                "# So that a missing directory does not keep the daemon from starting.",
                "ExecStartPre=+/bin/mkdir -p -m 0700 " + directory,
                "ExecStartPre=+/usr/bin/flock --exclusive --wait 60 " + uncommitted() + " /bin/true",
                "ExecStartPre=+/usr/bin/flock --shared --wait 60 " + window() + " /bin/true",
                "");
    }

    private boolean loaded(String unit, Path dropIn) throws IOException {
        UnitProperties properties = UnitProperties.show(commands, unit, "DropInPaths", "NeedDaemonReload");
        return List.of(properties.get("DropInPaths").split(" ")).contains(dropIn.toString())
                && properties.get("NeedDaemonReload").equals("no");
    }
}
