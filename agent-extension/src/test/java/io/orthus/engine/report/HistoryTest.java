// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.orthus.engine.model.MemoryBacking;
import io.orthus.engine.model.RunState;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.model.VmOutcome;
import io.orthus.engine.model.VmOutcome.Result;
import io.orthus.engine.model.Vms;
import io.orthus.engine.vmm.Method;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryTest {
    @TempDir
    private Path directory;

    private long clock = 1_000_000;

    private UpgradeReport report(String direction, VmOutcome... vms) {
        return new UpgradeReport(
                direction,
                Instant.ofEpochMilli(clock++),
                Duration.ofMillis(900),
                List.of(Duration.ofNanos(287_500_000)),
                List.of(vms),
                Optional.empty());
    }

    private static VmOutcome moved(String name, String from, String to, long pauseMs) {
        return new VmOutcome(
                Vms.id(name),
                Result.UPGRADED,
                Optional.of(Method.CPR_TRANSFER),
                Vms.qemu(from),
                Vms.qemu(to),
                Optional.of(Vms.KERNELS_KVM),
                Optional.of(Vms.OTHER_KVM),
                "done",
                "",
                Optional.of(Duration.ofMillis(pauseMs)),
                Optional.empty(),
                Optional.of(Duration.ofMillis(700)));
    }

    private static History.Before before(String qemu) {
        return new History.Before(Vms.qemu(qemu), Optional.of(Vms.KERNELS_KVM));
    }

    @Test
    void readsBackWhatItWrote() throws IOException {
        UpgradeReport report = report(UpgradeReport.UPGRADE, moved("a\u001b[31m", "10.0.2", "11.1.3", 41));
        History history = new History(directory.resolve("history"));
        assertThat(history.all()).isEmpty();

        history.add(report);

        assertThat(history.all()).containsExactly(report);
    }

    @Test
    void predictsTheMedianOfAMethod() throws IOException {
        History history = new History(directory);
        assertThat(history.medianPause(Method.CPR_TRANSFER)).isEmpty();
        Stream<Long> pauses = Stream.of(90L, 10L, 40L);
        for (long pause : pauses.toList()) {
            history.add(report(UpgradeReport.UPGRADE, moved("a", "10.0.2", "11.1.3", pause)));
        }
        assertThat(history.medianPause(Method.CPR_TRANSFER)).contains(Duration.ofMillis(40));
        assertThat(history.medianPause(Method.TRANSPLANT)).isEmpty();
    }

    @Test
    void aRollbackGoesBackOnceForEachUpgrade() throws IOException {
        History history = new History(directory);
        assertThat(history.before(runs("10.0.2"))).isEmpty();

        history.add(report(UpgradeReport.UPGRADE, moved("a", "9.2.0", "10.0.2", 1)));
        history.add(report(UpgradeReport.UPGRADE, moved("a", "10.0.2", "11.1.3", 1)));
        assertThat(history.before(runs("11.1.3"))).contains(before("10.0.2"));

        history.add(report(UpgradeReport.ROLLBACK, moved("a", "11.1.3", "10.0.2", 1)));
        assertThat(history.before(runs("10.0.2"))).contains(before("9.2.0"));

        history.add(report(UpgradeReport.ROLLBACK, moved("a", "10.0.2", "9.2.0", 1)));
        assertThat(history.before(runs("9.2.0"))).isEmpty();
    }

    @Test
    void aVmThatWasStartedAnewSinceHasNoWayBack() throws IOException {
        History history = new History(directory);
        history.add(report(UpgradeReport.UPGRADE, moved("a", "10.0.2", "11.1.3", 1)));

        assertThat(history.before(runs("11.1.3"))).isPresent();
        assertThat(history.before(runs("11.1.4"))).isEmpty();
    }

    private static VmFacts runs(String version) {
        return Vms.vm("a", MemoryBacking.ANONYMOUS, RunState.RUNNING, Vms.qemu(version), "<domain/>", Optional.empty());
    }

    @Test
    void knowsWhichKvmWasReplaced() throws IOException {
        KvmReport exchange = new KvmReport(
                Optional.of(Vms.KERNELS_KVM),
                Vms.OTHER_KVM,
                true,
                "KVM x is unloaded",
                Optional.of(Duration.ofMillis(150)),
                Optional.of(Duration.ofMillis(80)));
        UpgradeReport report = report(UpgradeReport.UPGRADE, moved("a", "10.0.2", "11.1.3", 41))
                .with(exchange, Duration.ofSeconds(2));
        History history = new History(directory);
        assertThat(history.replacedBy(Vms.OTHER_KVM)).isEmpty();

        history.add(report);

        assertThat(history.all()).containsExactly(report);
        assertThat(history.replacedBy(Vms.OTHER_KVM)).contains(Vms.KERNELS_KVM);
        assertThat(history.replacedBy(Vms.KERNELS_KVM)).isEmpty();
        assertThat(ReportTable.of(report)).endsWith("KVM x is unloaded%n".formatted());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"direction\":1}", "[", "{\"libvirtdOutagesMs\":[],\"vms\":[{}]}"})
    void namesADamagedReport(String content) throws IOException {
        Path file = Files.writeString(directory.resolve("1.json"), content);

        assertThatIOException().isThrownBy(() -> new History(directory).all()).withMessageContaining(file.toString());
    }

    @Test
    void printsATable() {
        String text = ReportTable.of(report(UpgradeReport.UPGRADE, moved("a\u001b[31m", "10.0.2", "11.1.3", 41)));

        assertThat(text).contains("a?[31m", "upgraded", "cpr-transfer", "1 of 1 VM(s) moved", "longest pause 41 ms");
    }

    @Test
    void aRollbackMovesBack() {
        String text = ReportTable.of(report(UpgradeReport.ROLLBACK, moved("a", "11.1.3", "10.0.2", 41)));

        assertThat(text).contains("moved back").doesNotContain("upgraded");
    }

    @Test
    void columnsAreAsWideAsTheirContents() {
        assertThat(new Table("A", "B").row("long", "x").row("y", "z\u0007"))
                .hasToString("A     B%nlong  x%ny     z?%n".formatted());
    }

    @Test
    void durationsAreReadable() {
        assertThat(Millis.of(Duration.ofNanos(4_120_000))).isEqualTo("4.1 ms");
        assertThat(Millis.of(Duration.ofNanos(41_400_000))).isEqualTo("41 ms");
        assertThat(Millis.of(Optional.empty())).isEqualTo("-");
    }
}
