// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.tuple;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.orthus.engine.journal.Journal;
import io.orthus.engine.libvirt.Daemon;
import io.orthus.engine.libvirt.LibvirtHost;
import io.orthus.engine.model.Blocker;
import io.orthus.engine.model.VmOutcome;
import io.orthus.engine.model.VmOutcome.Result;
import io.orthus.engine.model.VmPlan;
import io.orthus.engine.model.Vms;
import io.orthus.engine.report.UpgradeReport;
import io.orthus.engine.vmm.Method;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host on which every VM that is begun fails at once: its journal cannot be written. */
class HostUpgradeTest {
    @TempDir
    private Path directory;

    private final Host host = mock(Host.class);
    private final Daemon daemon = mock(Daemon.class);
    private final Progress progress = mock(Progress.class);

    @BeforeEach
    void aHostWithoutAJournal() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        when(host.journal()).thenReturn(new Journal(file.resolve("journal")));
        when(host.daemon()).thenReturn(daemon);
        when(host.libvirt()).thenReturn(mock(LibvirtHost.class));
        when(host.layout()).thenReturn(new Layout(directory, directory, directory, directory, directory));
    }

    private static Options options(int canaries, int batch, int budget) {
        return new Options(canaries, batch, 2, budget, Duration.ofMillis(500), Duration.ofSeconds(5));
    }

    private static List<VmPlan> plans(String... names) {
        return Stream.of(names).map(name -> Vms.plan(name, Method.CPR_TRANSFER)).toList();
    }

    private List<Result> results(Options options, List<VmPlan> plans) throws IOException {
        return new HostUpgrade(host, options, progress)
                .run(UpgradeReport.UPGRADE, plans).vms().stream()
                        .map(VmOutcome::result)
                        .toList();
    }

    @Test
    void aCanaryThatFailsSparesTheOthers() throws IOException {
        assertThat(results(options(1, 8, 0), plans("a", "b", "c")))
                .containsExactly(Result.ENDED, Result.NOT_BEGUN, Result.NOT_BEGUN);
    }

    @Test
    void asManyMayFailAsTheBudgetHas() throws IOException {
        assertThat(results(options(1, 1, 2), plans("a", "b", "c", "d")))
                .containsExactly(Result.ENDED, Result.ENDED, Result.ENDED, Result.NOT_BEGUN);
    }

    @Test
    void aBatchThatIsBegunIsNotCutOff() throws IOException {
        assertThat(results(options(0, 2, 0), plans("a", "b", "c")))
                .containsExactly(Result.ENDED, Result.ENDED, Result.NOT_BEGUN);
    }

    @Test
    void whatIsNotTouchedIsNoFailure() throws IOException {
        VmPlan refused = Vms.plan("r", Method.CPR_TRANSFER).blockedBy(new Blocker("x", "y", "z"));
        VmPlan current = new VmPlan(
                Vms.plan("u", Method.CPR_TRANSFER).vm(),
                Vms.qemu("10.0.2"),
                Optional.empty(),
                Optional.empty(),
                "runs on the target already",
                List.of(),
                Optional.empty());

        assertThat(results(
                        options(1, 8, 0), List.of(refused, current, plans("a").get(0))))
                .containsExactly(Result.REFUSED, Result.UP_TO_DATE, Result.ENDED);
    }

    @Test
    void theReasonIsTold() throws IOException {
        UpgradeReport report =
                new HostUpgrade(host, options(1, 8, 0), progress).run(UpgradeReport.UPGRADE, plans("a", "b"));

        assertThat(report.vms())
                .extracting(VmOutcome::step, VmOutcome::message)
                .contains(tuple("start", "the failure budget is used up"))
                .anySatisfy(
                        first -> assertThat(first.toList().get(1)).asString().contains("journal"));
    }

    @Test
    void stoppedItBeginsNoFurtherVm() throws IOException {
        HostUpgrade upgrade = new HostUpgrade(host, options(1, 1, 100), progress);
        doAnswer(call -> {
                    upgrade.stop();
                    return null;
                })
                .when(progress)
                .done(any());

        assertThat(upgrade.run(UpgradeReport.UPGRADE, plans("a", "b", "c")).vms())
                .extracting(VmOutcome::result, VmOutcome::message)
                .endsWith(
                        tuple(Result.NOT_BEGUN, "the operator stopped"),
                        tuple(Result.NOT_BEGUN, "the operator stopped"))
                .hasSize(3);
    }

    @Test
    void withoutTheGateNothingIsBegun() throws IOException {
        doThrow(new IOException("no systemd")).when(daemon).ensureGate();

        assertThatIOException()
                .isThrownBy(() -> results(options(1, 8, 0), plans("a")))
                .withMessage("no systemd");
        verify(host, never()).journal();
    }
}
