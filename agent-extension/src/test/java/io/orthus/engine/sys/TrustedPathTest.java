// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrustedPathTest {
    private final Map<Path, TrustedPath.Entry> files = new HashMap<>();

    private void file(String path, int uid, int mode) {
        files.put(Path.of(path), new TrustedPath.Entry(uid, mode, null));
    }

    private void link(String path, int uid, String target) {
        files.put(Path.of(path), new TrustedPath.Entry(uid, 0777, Path.of(target)));
    }

    private Path require(String path) throws IOException {
        return TrustedPath.require(Path.of(path), looked -> {
            if (!files.containsKey(looked)) {
                throw new NoSuchFileException(looked.toString());
            }
            return files.get(looked);
        });
    }

    private void refused(String path, String message) {
        assertThatExceptionOfType(UntrustedPathException.class)
                .isThrownBy(() -> require(path))
                .withMessage(message);
    }

    TrustedPathTest() {
        file("/", 0, 0755);
        file("/opt", 0, 0755);
        file("/opt/qemu", 0, 0755);
        file("/opt/qemu/bin", 0, 0755);
        file("/home", 0, 0755);
        file("/home/eve", 1000, 0755);
        file("/home/eve/qemu", 0, 0755);
    }

    @Test
    void acceptsWhatOnlyRootCanChange() throws IOException {
        assertThat(require("/opt/qemu/bin")).isEqualTo(Path.of("/opt/qemu/bin"));
        assertThat(require("/opt/./qemu/../qemu/bin")).isEqualTo(Path.of("/opt/qemu/bin"));
        assertThat(require("/../../opt")).isEqualTo(Path.of("/opt"));
    }

    @Test
    void namesTheComponentAndTheReason() {
        refused("/home/eve/qemu", "/home/eve/qemu is not trusted: /home/eve belongs to uid 1000, not to root");
        file("/opt/qemu", 0, 0775);
        refused("/opt/qemu/bin", "/opt/qemu/bin is not trusted: /opt/qemu is writable by its group");
        file("/opt/qemu", 0, 0757);
        refused("/opt/qemu/bin", "/opt/qemu/bin is not trusted: /opt/qemu is writable by everyone");
    }

    @Test
    void theFileItselfCounts() {
        file("/opt/qemu/bin", 0, 0775);

        refused("/opt/qemu/bin", "/opt/qemu/bin is not trusted: it is writable by its group");
    }

    @Test
    void theRootDirectoryCounts() {
        file("/", 0, 0777);

        refused("/opt", "/opt is not trusted: / is writable by everyone");
    }

    @Test
    void aStickyDirectoryIsNotTrusted() {
        file("/tmp", 0, 01777);
        file("/tmp/qemu", 0, 0755);

        refused("/tmp/qemu", "/tmp/qemu is not trusted: /tmp is writable by everyone");
    }

    @Test
    void followsLinksOfRootOnly() throws IOException {
        link("/opt/current", 0, "qemu/bin");
        link("/opt/absolute", 0, "/opt/qemu");
        link("/opt/up", 0, "qemu/../qemu");
        link("/opt/away", 0, "/home/eve/qemu");
        link("/opt/eves", 1000, "qemu");

        assertThat(require("/opt/current")).isEqualTo(Path.of("/opt/qemu/bin"));
        assertThat(require("/opt/absolute/bin")).isEqualTo(Path.of("/opt/qemu/bin"));
        assertThat(require("/opt/up/bin")).isEqualTo(Path.of("/opt/qemu/bin"));
        refused("/opt/away", "/opt/away is not trusted: /home/eve belongs to uid 1000, not to root");
        refused("/opt/eves/bin", "/opt/eves/bin is not trusted: /opt/eves belongs to uid 1000, not to root");
    }

    @Test
    void refusesLinksInACircle() {
        link("/opt/a", 0, "b");
        link("/opt/b", 0, "a");

        refused("/opt/a", "/opt/a leads through more than 40 symbolic links");
    }

    @Test
    void refusesARelativePath() {
        refused("opt/qemu", "opt/qemu is not an absolute path");
    }

    @Test
    void looksAtTheRealFileSystem() throws IOException {
        assertThat(TrustedPath.require(Path.of("/etc/passwd"))).isEqualTo(Path.of("/etc/passwd"));
        assertThat(TrustedPath.require(Path.of("/bin/sh")))
                .isEqualTo(Path.of("/bin/sh").toRealPath());
        assertThatExceptionOfType(UntrustedPathException.class)
                .isThrownBy(() -> TrustedPath.require(Path.of("/tmp")))
                .withMessage("/tmp is not trusted: it is writable by everyone");
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> TrustedPath.require(Path.of("/etc/no such file")));
    }
}
