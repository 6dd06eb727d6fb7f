// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KvmHostTest {
    private static final DeviceNumber OWN = new DeviceNumber(10, 197);

    @TempDir
    private Path root;

    private FakeHost fake;

    @BeforeEach
    void host() throws IOException {
        fake = new FakeHost(root);
    }

    @Test
    void theKernelsOwnHasTheVersionOfItsPackage() throws IOException {
        assertThat(fake.host.loaded()).singleElement().satisfies(kvm -> {
            assertThat(kvm.instance()).hasToString("6.12.94-1 (kvm)");
            assertThat(kvm.instance().device()).hasToString("/dev/kvm");
            assertThat(kvm.standard()).isTrue();
            assertThat(kvm.unused()).isTrue();
        });
        fake.write("proc/sys/kernel/version", "#1 SMP me@home");
        assertThat(fake.host.kernels().version()).isEqualTo(FakeHost.RELEASE);
    }

    @Test
    void listsOursWithWhatTheySay() throws IOException {
        fake.loadOurs("a", "6.12.107-1");
        fake.use("kvm_a", 2);
        fake.write("run/orthus/kvm/kvm_a", "/srv/kvm_a.ko");

        assertThat(fake.host.loaded()).hasSize(2);
        LoadedKvm ours = fake.host.loaded("kvm_a").orElseThrow();
        assertThat(ours.instance()).isEqualTo(fake.ours("a"));
        assertThat(ours.instance().device()).hasToString("/dev/kvm-a");
        assertThat(ours.standard()).isFalse();
        assertThat(ours.state()).hasValue("coexists");
        assertThat(ours.vms()).hasValue(2);
        assertThat(ours.unused()).isFalse();
    }

    @Test
    void aHostWithoutKvmHasNone() throws IOException {
        fake.remove("sys");

        assertThat(fake.host.loaded()).isEmpty();
        assertThat(fake.host.usedBy(7, List.of(DeviceNumber.KVM))).isEmpty();
    }

    @Test
    void aKernelWithKvmBuiltInNeverLosesIt() throws IOException {
        fake.remove("sys/module/kvm_amd");
        fake.write("sys/module/kvm_amd/parameters/nested", "1");

        assertThat(fake.host.loaded()).singleElement().matches(kvm -> !kvm.unused());
    }

    @Test
    void tellsUsersApartByTheirDevice() throws IOException {
        fake.loadOurs("a", "6.12.107-1");

        assertThat(fake.host.usedBy(7, List.of(new DeviceNumber(1, 3), OWN)))
                .hasValueSatisfying(kvm -> assertThat(kvm.name()).isEqualTo("kvm_a"));
        assertThat(fake.host.usedBy(7, List.of(new DeviceNumber(1, 3)))).isEmpty();
    }

    @Test
    void devKvmIsWhoeverIsLoadedAlone() throws IOException {
        assertThat(fake.host.usedBy(7, List.of(DeviceNumber.KVM))).contains(fake.host.kernels());

        fake.loadOurs("a", "6.12.107-1");
        fake.exchange.begin(fake.ours("a"));
        fake.exchange.settle(instance -> instance.isKernels() ? List.of() : List.of("vm"));

        assertThat(fake.host.usedBy(7, List.of(DeviceNumber.KVM)))
                .hasValueSatisfying(kvm -> assertThat(kvm.name()).isEqualTo("kvm_a"));
    }

    @Test
    void amongTwoDebugfsTellsWhoDevKvmWas() throws IOException {
        fake.loadOurs("a", "6.12.107-1");
        fake.write("sys/kernel/debug/kvm/70-9/nested_run", "0");
        fake.write("sys/kernel/debug/kvm-a/7-12/nested_run", "0");

        assertThat(fake.host.usedBy(7, List.of(DeviceNumber.KVM)))
                .hasValueSatisfying(kvm -> assertThat(kvm.name()).isEqualTo("kvm_a"));
        assertThat(fake.host.usedBy(70, List.of(DeviceNumber.KVM))).contains(fake.host.kernels());
        assertThatIOException()
                .isThrownBy(() -> fake.host.usedBy(8, List.of(DeviceNumber.KVM)))
                .withMessageContaining("cannot be told")
                .withMessageContaining("debugfs");
    }
}
