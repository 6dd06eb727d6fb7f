// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.orthus.engine.libvirt.LibvirtFailure;
import io.orthus.engine.libvirt.LibvirtHost;
import io.orthus.engine.model.MemoryBacking;
import io.orthus.engine.model.RunState;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.model.Vms;
import io.orthus.engine.vmm.Method;
import io.orthus.engine.vmm.Vmm;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetCheckTest {
    private final LibvirtHost libvirt = mock(LibvirtHost.class);
    private final TargetCheck check = new TargetCheck(libvirt);
    private final Vmm target = Vms.qemu("11.1.3");

    @ParameterizedTest
    @CsvSource({"kvm, kvm", "tcg, qemu"})
    void asksLibvirtForTheMachineAndTheAccelerator(String accelerator, String type) throws Exception {
        assertThat(check.check(vm(accelerator), target, Method.CPR_TRANSFER)).isEmpty();

        verify(libvirt).probe(target.emulator(), "pc-i440fx-10.0", type);
    }

    @Test
    void aTargetWithoutTheMachineTypeIsABlocker() throws Exception {
        LibvirtFailure failure = mock(LibvirtFailure.class);
        when(failure.getMessage()).thenReturn("no such machine");
        when(libvirt.probe(any(), any(), any())).thenThrow(failure);

        assertThat(check.check(vm("kvm"), target, Method.CPR_TRANSFER))
                .singleElement()
                .satisfies(blocker -> {
                    assertThat(blocker.subject()).isEqualTo("target");
                    assertThat(blocker.reason()).contains("11.1.3", "'pc-i440fx-10.0'", "no such machine");
                });
    }

    private static VmFacts vm(String accelerator) {
        VmFacts any = Vms.vm("a", MemoryBacking.MEMFD_AUX_SHARED);
        return new VmFacts(
                any.id(),
                any.process(),
                any.running(),
                accelerator,
                any.kvm(),
                any.machine(),
                RunState.RUNNING,
                any.memory(),
                any.ramBytes(),
                any.vcpus(),
                Path.of("/nowhere/monitor.sock"),
                any.statusFile(),
                any.liveXml(),
                Optional.empty());
    }
}
