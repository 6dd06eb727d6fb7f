// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.contains;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import io.orthus.engine.inventory.Inventory;
import io.orthus.engine.model.Blocker;
import io.orthus.engine.model.MemoryBacking;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.model.VmPlan;
import io.orthus.engine.model.Vms;
import io.orthus.engine.report.History;
import io.orthus.engine.sys.ProcessId;
import io.orthus.engine.vmm.Method;
import io.orthus.engine.vmm.QemuVersion;
import io.orthus.engine.vmm.Vmm;
import io.orthus.engine.vmm.VmmStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeepAsideTest {
    private static final QemuVersion OLD = QemuVersion.parse("10.0.2");

    private final VmmStore store = mock(VmmStore.class);
    private final Progress progress = mock(Progress.class);
    private final History history = mock(History.class);
    private final KeepAside keepAside = new KeepAside(store, progress);
    private ProcessId self;

    @BeforeEach
    void aStoreThatKeeps() throws IOException {
        self = ProcessId.of(Math.toIntExact(ProcessHandle.current().pid()));
        when(store.keep(any(), any(), any()))
                .thenReturn(new VmmStore.Kept(new Vmm(Path.of("/kept"), OLD, false), List.of("a remark")));
    }

    @Test
    void aBuildThatIsStillInstalledNeedsNoKeeping() {
        List<VmPlan> plans = List.of(plan("a", false));

        assertThat(keepAside.secure(plans)).isEqualTo(plans);
        verifyNoInteractions(store);
    }

    @Test
    void aVmThatStaysNeedsNoWayBack() {
        VmPlan refused = plan("a", true).blockedBy(new Blocker("x", "y", "z"));

        assertThat(keepAside.secure(List.of(refused))).containsExactly(refused);
        verifyNoInteractions(store);
    }

    @Test
    void eachProcessIsAskedAndTheBuildToldOnce() throws IOException {
        List<VmPlan> plans = List.of(plan("a", true), plan("b", true));

        assertThat(keepAside.secure(plans)).isEqualTo(plans);
        verify(store, times(2)).keep(any(), any(), eq(OLD));
        verify(progress).host(contains("/kept"));
        verify(progress).host("a remark");
    }

    @Test
    void withoutAWayBackAVmStaysWhereItIs() throws IOException {
        when(store.keep(any(), any(), any())).thenThrow(new IOException("no space"));

        assertThat(keepAside.secure(List.of(plan("a", true)))).singleElement().satisfies(plan -> {
            assertThat(plan.movable()).isFalse();
            assertThat(plan.blockers()).singleElement().asString().contains("no space");
        });
    }

    @Test
    void aVmThatEndedMeanwhileIsBlockedToo() {
        VmPlan plan = plan(vm("a", Vms.NO_PROCESS, true));

        assertThat(keepAside.secure(List.of(plan))).singleElement().satisfies(secured -> assertThat(secured.movable())
                .isFalse());
    }

    @Test
    void keepsWhatVmsRunAndWhatTheyWouldGoBackTo() throws IOException {
        VmFacts moved = vm("a", self, false);
        when(history.before(moved)).thenReturn(Optional.of(new History.Before(Vms.qemu("9.2.0"), Optional.empty())));

        keepAside.release(new Inventory(List.of(moved), List.of()), history);

        verify(store).retainOnly(Set.of(OLD, QemuVersion.parse("9.2.0")));
    }

    @Test
    void tellsWhatIsKeptNoLonger() throws IOException {
        when(store.retainOnly(Set.of())).thenReturn(List.of("9.2.0"));

        keepAside.release(new Inventory(List.of(), List.of()), history);

        verify(progress).host(contains("9.2.0"));
    }

    @Test
    void removesNothingAsLongAsAVmIsNotUnderstood() throws IOException {
        keepAside.release(
                new Inventory(List.of(), List.of(new Inventory.Unreadable(Vms.id("a"), "no monitor"))), history);

        verify(store, never()).retainOnly(any());
    }

    private VmPlan plan(String name, boolean deleted) {
        return plan(vm(name, self, deleted));
    }

    private static VmPlan plan(VmFacts vm) {
        return new VmPlan(
                vm,
                Vms.qemu("11.1.3"),
                vm.kvm(),
                Optional.of(Method.CPR_TRANSFER),
                "because",
                List.of(),
                Optional.empty());
    }

    private static VmFacts vm(String name, ProcessId process, boolean deleted) {
        VmFacts any = Vms.vm(name, MemoryBacking.MEMFD_AUX_SHARED);
        return new VmFacts(
                any.id(),
                process,
                new Vmm(Path.of("/usr/bin/qemu-system-x86_64"), OLD, deleted),
                any.accelerator(),
                any.kvm(),
                any.machine(),
                any.state(),
                any.memory(),
                any.ramBytes(),
                any.vcpus(),
                any.monitor(),
                any.statusFile(),
                any.liveXml(),
                any.job());
    }
}
