// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import io.orthus.engine.model.Blocker;
import io.orthus.engine.model.MemoryBacking;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.model.VmPlan;
import io.orthus.engine.model.Vms;
import io.orthus.engine.vmm.Method;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KvmCheckTest {
    private static final VmFacts VM = Vms.vm("a", MemoryBacking.MEMFD_AUX_SHARED);
    private static final KvmChoice MOVE = KvmChoice.all(Vms.OTHER_KVM);

    private static List<Blocker> check(KvmChoice choice, String registers) throws IOException {
        return new KvmCheck(choice, vm -> registers).check(VM, Vms.qemu("11.1.3"), Method.CPR_TRANSFER);
    }

    /** The form is that of QEMU's x86_cpu_dump_state(). */
    private static String cpu(String cr4, String efer) {
        return """
            CPU#0
            EAX=00000000 EBX=00000000
            CR0=80050033 CR2=00007f12 CR3=00000000 CR4=%s
            DR6=00000000ffff0ff0 DR7=0000000000000400
            EFER=%s
            FCW=037f FSW=0000 [ST=0] FTW=00 MXCSR=00001f80
            """.formatted(cr4, efer);
    }

    @ParameterizedTest
    @CsvSource({
        "000006f0, 0000000000000d01, 0",
        "000006f0, 0000000000001d01, 1",
        "000026f0, 0000000000000d01, 1",
    })
    void aGuestThatIsAHypervisorStays(String cr4, String efer, int blockers) throws IOException {
        assertThat(check(MOVE, cpu("000006f0", "0000000000000500") + cpu(cr4, efer)))
                .hasSize(blockers);
    }

    @Test
    void onItsOwnKvmItMayBeWhatItLikes() throws IOException {
        assertThat(check(KvmChoice.STAY, cpu("000026f0", "0000000000001d01"))).isEmpty();
    }

    @Test
    void anotherKvmIsAMoveEvenWithTheSameQemu() throws IOException {
        Preflight preflight = new Preflight(new MethodChooser(), method -> Optional.empty(), MOVE, List.of());

        VmPlan plan = preflight.plan(VM, Vms.qemu("10.0.2"));

        assertThat(plan.movable()).isTrue();
        assertThat(plan.kvm()).contains(Vms.OTHER_KVM);
        assertThat(plan.method()).contains(Method.CPR_TRANSFER);
    }

    @Test
    void anEmulatedVmHasNone() throws IOException {
        VmFacts emulated = new VmFacts(
                VM.id(),
                VM.process(),
                VM.running(),
                "tcg",
                Optional.empty(),
                VM.machine(),
                VM.state(),
                VM.memory(),
                VM.ramBytes(),
                VM.vcpus(),
                VM.monitor(),
                VM.statusFile(),
                VM.liveXml(),
                VM.job());
        Preflight preflight = new Preflight(new MethodChooser(), method -> Optional.empty(), MOVE, List.of());

        VmPlan plan = preflight.plan(emulated, Vms.qemu("10.0.2"));

        assertThat(plan.upToDate()).isTrue();
        assertThat(plan.why()).endsWith("not KVM");
        assertThat(preflight.plan(emulated, Vms.qemu("11.1.3")).kvm()).isEmpty();
    }
}
