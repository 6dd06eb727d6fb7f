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
 * The lock file that keeps the daemon from starting while a window is open, and the drop-in that makes systemd heed it.
 *
 * <p>Whoever starts the daemon (restart on failure, a client at its socket, an operator), its first step is to take
 * the lock shared; the switch holds it exclusively. Both the drop-in and the lock are gone after a reboot.
 */
final class Gate {
    /** The lock file, which is never replaced: the lock is on the inode. */
    static final Path FILE = Path.of("/run/orthus/gate");

    private static final Path UNITS = Path.of("/run/systemd/system");
    private static final Duration RELOAD_LIMIT = Duration.ofSeconds(60);

    /** Says whether a path is trusted, by an exception. */
    @FunctionalInterface
    interface Trust {
        Path require(Path path) throws IOException;
    }

    private final Commands commands;
    private final Path gate;
    private final Path units;
    private final Trust trust;

    Gate(Commands commands) {
        this(commands, FILE, UNITS, TrustedPath::require);
    }

    Gate(Commands commands, Path gate, Path units, Trust trust) {
        this.commands = commands;
        this.gate = gate;
        this.units = units;
        this.trust = trust;
    }

    void ensure(String unit) throws IOException {
        ensureLockFile();
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

    private void ensureLockFile() throws IOException {
        Path directory = gate.getParent();
        var directoryPermissions = PosixFilePermissions.fromString("rwx------");
        Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(directoryPermissions));
        trust.require(directory);
        Files.setPosixFilePermissions(directory, directoryPermissions);
        var filePermissions = PosixFilePermissions.fromString("rw-------");
        try {
            Files.createFile(gate, PosixFilePermissions.asFileAttribute(filePermissions));
        } catch (FileAlreadyExistsException e) {
            Files.setPosixFilePermissions(gate, filePermissions);
        }
        trust.require(gate);
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
                "# So that a missing directory does not keep the daemon from starting.",
                "ExecStartPre=+/bin/mkdir -p -m 0700 " + gate.getParent(),
                "ExecStartPre=+/usr/bin/flock --shared --wait 60 " + gate + " /bin/true",
                "");
    }

    private boolean loaded(String unit, Path dropIn) throws IOException {
        UnitProperties properties = UnitProperties.show(commands, unit, "DropInPaths", "NeedDaemonReload");
        return List.of(properties.get("DropInPaths").split(" ")).contains(dropIn.toString())
                && properties.get("NeedDaemonReload").equals("no");
    }
}
