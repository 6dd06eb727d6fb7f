// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import io.orthus.engine.launch.LaunchPlan;
import io.orthus.engine.launch.LaunchPlanner;
import io.orthus.engine.launch.VmNotCarriedException;
import io.orthus.engine.model.Blocker;
import io.orthus.engine.model.MemoryBacking;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.model.Vms;
import io.orthus.engine.qmp.QmpException;
import io.orthus.engine.trial.Trials;
import io.orthus.engine.vmm.Method;
import io.orthus.engine.vmm.Vmm;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LaunchCheckTest {
    private final LaunchPlanner planner = mock(LaunchPlanner.class);
    private final LaunchPlan plan = mock(LaunchPlan.class);

    @BeforeEach
    void aPlan() throws Exception {
        when(planner.plan(any(), any(), any(), any(), any())).thenReturn(plan);
    }

    private final Trials trials = mock(Trials.class);
    private final VmFacts vm = Vms.vm("a", MemoryBacking.ANONYMOUS);
    private final Vmm target = Vms.qemu("11.1.3");

    private List<Blocker> check(Check... devices) throws IOException {
        return new LaunchCheck(planner, KvmChoice.STAY, trials, List.of(devices)).check(vm, target, Method.TRANSPLANT);
    }

    @Test
    void aCommandLineThatCanBeMadeIsNoBlocker() throws Exception {
        assertThat(check()).isEmpty();
        verify(planner).plan(eq(vm), eq(target), eq(Method.TRANSPLANT), eq(vm.kvm()), any());
    }

    @Test
    void aThrowAwayVmThatDoesNotGetOverIsABlocker() throws Exception {
        when(trials.refusal(eq(vm), any(), eq(target), eq(Method.TRANSPLANT))).thenReturn(Optional.of("bad ring"));

        assertThat(check()).singleElement().satisfies(blocker -> {
            assertThat(blocker.subject()).isEqualTo("trial");
            assertThat(blocker.reason()).contains("bad ring");
        });
    }

    @Test
    void withoutACommandLineNothingIsTried() throws Exception {
        when(planner.plan(any(), any(), any(), any(), any())).thenThrow(new VmNotCarriedException(List.of("a TPM")));
        check();
        verifyNoInteractions(trials);
    }

    @Test
    void whatIsSaidOfADeviceIsNotSaidOfTheCommandLineAgain() throws Exception {
        Check fine = (vm, target, method) -> List.of();
        Check refuses = (vm, target, method) -> List.of(new Blocker("device hostdev0", "too old", "restart"));

        assertThat(check(fine, refuses)).isEmpty();
        verifyNoInteractions(planner, trials);
        check(fine);
        verify(trials).refusal(any(), any(), any(), any());
    }

    @Test
    void everythingThatIsNotCarriedIsABlockerOfItsOwn() throws Exception {
        when(planner.plan(any(), any(), any(), any(), any()))
                .thenThrow(new VmNotCarriedException(List.of("a TPM", "a smartcard")));

        assertThat(check()).extracting(Blocker::reason).containsExactly("a TPM", "a smartcard");
        assertThat(check()).allSatisfy(blocker -> assertThat(blocker.remedy()).contains("restart"));
    }

    @Test
    void whatCouldNotBeAskedIsNoVerdict() throws Exception {
        when(planner.plan(any(), any(), any(), any(), any()))
                .thenThrow(new QmpException("query-fdsets", "GenericError", "not now"));

        assertThatExceptionOfType(IOException.class).isThrownBy(this::check).withMessageContaining("not now");
    }
}
