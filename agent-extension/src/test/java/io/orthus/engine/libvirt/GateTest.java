// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.orthus.engine.sys.CommandFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GateTest {
    private static final String UNIT = "libvirtd.service";

    @TempDir
    private Path root;

    private final FakeSystemctl systemctl = new FakeSystemctl();
    private final List<Path> checked = new ArrayList<>();
    private Path lock;
    private Path other;
    private Path dropIn;
    private Gate gate;

    @BeforeEach
    void aHost() {
        lock = root.resolve("orthus/gate");
        other = root.resolve("orthus/uncommitted");
        dropIn = root.resolve("units/libvirtd.service.d/50-orthus-gate.conf");
        gate = new Gate(systemctl, lock.getParent(), root.resolve("units"), path -> {
            checked.add(path);
            return path;
        });
        systemctl.onAction(() -> {
            systemctl.set(UNIT, "DropInPaths", "/etc/other.conf " + dropIn);
            systemctl.set(UNIT, "NeedDaemonReload", "no");
        });
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void putsTheLockInTheWayOfTheDaemon() throws IOException {
        gate.ensure(UNIT);

        assertThat(permissions(lock)).isEqualTo("rw-------");
        assertThat(permissions(lock.getParent())).isEqualTo("rwx------");
        assertThat(permissions(other)).isEqualTo("rw-------");
        assertThat(checked).containsExactly(lock.getParent(), lock, other);
        assertThat(permissions(dropIn)).isEqualTo("rw-r--r--");
        assertThat(dropIn)
                .content()
                .containsSubsequence(
                        "[Unit]\n",
                        "StartLimitIntervalSec=0\n",
                        "[Service]\n",
                        "RestartMode=direct\n",
                        "ExecStartPre=+/usr/bin/flock --exclusive --wait 60 " + other + " /bin/true\n",
                        "ExecStartPre=+/usr/bin/flock --shared --wait 60 " + lock + " /bin/true\n");
        assertThat(systemctl.actions()).containsExactly("daemon-reload");
    }

    @Test
    void theSecondTimeNothingChanges() throws IOException {
        gate.ensure(UNIT);
        Object inode = Files.getAttribute(lock, "unix:ino");
        Object written = Files.getAttribute(dropIn, "unix:ino");

        gate.ensure(UNIT);

        assertThat(Files.getAttribute(lock, "unix:ino")).isEqualTo(inode);
        assertThat(Files.getAttribute(dropIn, "unix:ino")).isEqualTo(written);
        assertThat(systemctl.actions()).containsExactly("daemon-reload");
    }

    @Test
    void anOtherDropInOfThatNameIsReplaced() throws IOException {
        gate.ensure(UNIT);
        Files.writeString(dropIn, "[Service]\n");
        systemctl.set(UNIT, "NeedDaemonReload", "yes");

        gate.ensure(UNIT);

        assertThat(dropIn).content().contains("flock");
        assertThat(systemctl.actions()).containsExactly("daemon-reload", "daemon-reload");
    }

    @Test
    void aReloadThatWasMissedIsMadeUpFor() throws IOException {
        systemctl.failNext(1);
        assertThatExceptionOfType(CommandFailedException.class).isThrownBy(() -> gate.ensure(UNIT));

        gate.ensure(UNIT);

        assertThat(systemctl.actions()).containsExactly("daemon-reload", "daemon-reload");
    }

    @Test
    void aDropInThatSystemdDoesNotLoadIsAnError() {
        systemctl.onAction(() -> {});

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> gate.ensure(UNIT))
                .withMessageStartingWith("systemd does not load " + dropIn);
    }

    @Test
    void permissionsThatAreTooWideAreNarrowed() throws IOException {
        Files.createDirectories(lock.getParent());
        Files.createFile(lock);
        Files.setPosixFilePermissions(lock, PosixFilePermissions.fromString("rw-rw-rw-"));
        Files.setPosixFilePermissions(lock.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));

        gate.ensure(UNIT);

        assertThat(permissions(lock)).isEqualTo("rw-------");
        assertThat(permissions(lock.getParent())).isEqualTo("rwx------");
    }
}
