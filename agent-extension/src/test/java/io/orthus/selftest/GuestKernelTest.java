// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.selftest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestKernelTest {
    private static final String RELEASE = "6.12.1+deb13-amd64";

    @TempDir
    Path root;

    private Path tree;

    @BeforeEach
    void aKernel() throws IOException {
        tree = Files.createDirectories(root.resolve("lib/modules").resolve(RELEASE));
        write(root.resolve("boot/vmlinuz-" + RELEASE), "kernel");
        write(root.resolve("programs/init"), "INIT");
        write(root.resolve("programs/workload"), "WORKLOAD");
        write(tree.resolve("kernel/virtio_net.ko"), "NET");
        write(tree.resolve("kernel/net_failover.ko"), "NET-FAILOVER");
        write(tree.resolve("kernel/failover.ko"), "FAILOVER");
        write(tree.resolve("kernel/virtio-rng.ko"), "RNG");
        write(tree.resolve("modules.dep"), """
            kernel/failover.ko:
            kernel/net_failover.ko: kernel/failover.ko
            kernel/virtio_net.ko: kernel/net_failover.ko kernel/failover.ko
            kernel/virtio-rng.ko:
            """);
        write(tree.resolve("modules.builtin"), "kernel/drivers/virtio/virtio_pci.ko\n");
    }

    @Test
    void modulesAreLoadedAfterThoseThatTheyDependOn() throws IOException {
        String archive = initramfs();

        assertThat(archive).contains("failover.ko\nnet_failover.ko\nvirtio_net.ko\nvirtio_rng.ko\n");
        assertThat(archive).contains("INIT", "WORKLOAD", "modules/virtio_rng.ko", "RNG");
    }

    @Test
    void aModuleThatIsBuiltInIsNotMissed() throws IOException {
        assertThat(kernel().absent()).doesNotContain("virtio_pci", "virtio_net").contains("isofs");
    }

    @Test
    void aKernelThatIsNotInstalledIsRefused() {
        assertThatThrownBy(() -> GuestKernel.of("6.1", root, root.resolve("programs")))
                .hasMessageContaining("vmlinuz-6.1")
                .hasMessageContaining("--kernel");
    }

    @Test
    void aReleaseThatIsAPathIsRefused() {
        assertThatThrownBy(() -> GuestKernel.of("../x", root, root.resolve("programs")))
                .hasMessageContaining("'../x' is not a kernel's release");
    }

    private GuestKernel kernel() throws IOException {
        return GuestKernel.of(RELEASE, root, root.resolve("programs"));
    }

    private String initramfs() throws IOException {
        return new String(kernel().initramfs(), StandardCharsets.US_ASCII);
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
