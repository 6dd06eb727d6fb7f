// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.orthus.engine.sys.Mapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedFilesTest {

    @Test
    void onlyTheMappedFileItself(@TempDir Path root) throws IOException {
        Path ram = Files.createDirectories(root.resolve("ram")).resolve("pc.ram");
        Files.writeString(ram, "x");
        long inode = (Long) Files.getAttribute(ram, "unix:ino");

        assertThat(SharedFiles.of(List.of(new Mapping("rw-s", "00:28", inode, "/ram/pc.ram")), root))
                .containsExactly(Path.of("/ram/pc.ram"));
        assertThat(SharedFiles.of(
                        List.of(
                                new Mapping("rw-p", "00:28", inode, "/ram/pc.ram"),
                                new Mapping("rw-s", "00:28", inode + 1, "/ram/pc.ram"),
                                new Mapping("rw-s", "00:28", inode, "/ram/gone.ram"),
                                new Mapping("rw-s", "00:01", 7, "/memfd:pc.ram (deleted)")),
                        root))
                .isEmpty();
    }
}
