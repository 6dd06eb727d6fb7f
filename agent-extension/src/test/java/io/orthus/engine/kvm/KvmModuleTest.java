// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KvmModuleTest {
    private static final Path FILE = Path.of("/srv/kvm_a.ko");

    @Test
    void readsItsDescription() throws MalformedModuleException {
        KvmModule module = KvmModule.parse(FILE, ModuleBytes.ofInstance("a").bytes());

        assertThat(module.instance().name()).isEqualTo("kvm_a");
        assertThat(module.instance().version()).isEqualTo("6.12.107-1");
        assertThat(module.instance().file()).contains(FILE);
        assertThat(module.release()).isEqualTo(FakeHost.RELEASE);
        assertThat(module.vendor()).isEqualTo("amd");
        assertThat(module.source()).isEqualTo("linux-source-6.12 6.12.107-1");
        assertThat(module.changes()).isEqualTo("56 abcdef");
        assertThat(module.compiler()).isEqualTo("gcc 14.2.0");
        assertThat(module.signed()).isFalse();
        assertThat(module.buildIdNote()).hasValue(ModuleBytes.BUILD_ID);
    }

    @Test
    void seesASignature() throws MalformedModuleException {
        assertThat(KvmModule.parse(FILE, ModuleBytes.ofInstance("a").signed().bytes())
                        .signed())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name",
                "version",
                "vermagic",
                "orthus_instance",
                "orthus_vendor",
                "orthus_source",
                "orthus_changes",
                "orthus_compiler"
            })
    void namesWhatItsDescriptionLacks(String key) {
        byte[] bytes = ModuleBytes.ofInstance("a").with(key, null).bytes();

        assertThatExceptionOfType(MalformedModuleException.class)
                .isThrownBy(() -> KvmModule.parse(FILE, bytes))
                .withMessageContaining("'" + key + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kvm", "kvm_amd", "kvm_aa", "virtio"})
    void refusesANameThatIsNoInstances(String name) {
        byte[] bytes = ModuleBytes.ofInstance("a").with("name", name).bytes();

        assertThatExceptionOfType(MalformedModuleException.class)
                .isThrownBy(() -> KvmModule.parse(FILE, bytes))
                .withMessage("'" + name + "' is no name of one");
    }

    @Test
    void refusesEveryTruncation() {
        byte[] whole = ModuleBytes.ofInstance("a").bytes();
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);

            assertThatExceptionOfType(MalformedModuleException.class)
                    .as("the first %d bytes", length)
                    .isThrownBy(() -> KvmModule.parse(FILE, part));
        }
    }

    /** Whatever the bytes: an answer or a refusal, never anything else. */
    @Test
    void survivesDamage() {
        byte[] whole = ModuleBytes.ofInstance("a").signed().bytes();
        Random random = new Random(1);
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = whole.clone();
            for (int i = 0; i <= random.nextInt(4); i++) {
                // Most of what matters is in the header, at the beginning, and in the table, at the end.
                int at = random.nextBoolean() ? random.nextInt(64) : damaged.length - 1 - random.nextInt(400);
                damaged[at] = (byte) (random.nextInt(3) == 0 ? 0xff : random.nextInt(256));
            }
            try {
                KvmModule.parse(FILE, damaged);
            } catch (MalformedModuleException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
        }
    }

    @Test
    void refusesWhatOthersCouldChange(@TempDir Path directory) throws IOException {
        Path file = Files.write(
                directory.resolve("kvm_a.ko"), ModuleBytes.ofInstance("a").bytes());

        // Below /tmp, where anybody can make files.
        assertThatIOException().isThrownBy(() -> KvmModule.read(file)).withMessageContaining("not trusted");
        assertThatIOException()
                .isThrownBy(() -> KvmModule.read(Path.of("kvm_a.ko")))
                .withMessageContaining("not an absolute path");
        assertThatIOException()
                .isThrownBy(() -> KvmModule.read(directory.resolve("none")))
                .withMessageContaining("there is no module");
    }
}
