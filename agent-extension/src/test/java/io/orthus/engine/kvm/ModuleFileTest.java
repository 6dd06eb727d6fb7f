// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModuleFileTest {
    @TempDir
    private Path directory;

    private byte[] module;
    private Path file;

    @BeforeEach
    void module() throws IOException {
        module = ModuleBytes.ofInstance("a").bytes();
        file = Files.write(directory.resolve("kvm_a.ko"), module);
    }

    private Path compressed() throws IOException, InterruptedException {
        int status = new ProcessBuilder("xz", "--keep", file.toString())
                .inheritIO()
                .start()
                .waitFor();
        assertThat(status).isZero();
        return directory.resolve("kvm_a.ko.xz");
    }

    @Test
    void readsAFileAsItIs() throws Exception {
        assertThat(ModuleFile.read(file)).isEqualTo(module);
    }

    @Test
    void decompressesWhateverItIsCalled() throws Exception {
        Path compressed = compressed();
        assertThat(ModuleFile.read(compressed)).isEqualTo(module);
        assertThat(ModuleFile.read(Files.move(compressed, directory.resolve("other"))))
                .isEqualTo(module);
    }

    @Test
    void refusesHalfOfACompressedOne() throws Exception {
        byte[] whole = Files.readAllBytes(compressed());
        Path half = Files.write(directory.resolve("half"), Arrays.copyOf(whole, whole.length / 2));

        assertThatExceptionOfType(MalformedModuleException.class)
                .isThrownBy(() -> ModuleFile.read(half))
                .withMessage("it is truncated or damaged, 'xz' cannot decompress it");
    }

    @Test
    void aShortFileIsNotCompressed() throws Exception {
        assertThat(ModuleFile.read(Files.write(directory.resolve("short"), new byte[] {(byte) 0xfd, '7'})))
                .hasSize(2);
        assertThat(ModuleFile.read(Files.write(directory.resolve("empty"), new byte[0])))
                .isEmpty();
    }
}
