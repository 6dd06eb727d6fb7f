// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orthus.engine.json.JsonException;
import io.orthus.engine.launch.CommandLine;
import io.orthus.engine.trial.TrialRecords.Result;
import io.orthus.engine.vmm.Method;
import io.orthus.engine.vmm.QemuVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrialRecordsTest {
    private static final Build OLD = new Build(Path.of("/old"), QemuVersion.parse("10.0.2"), 100, 1);
    private static final Build NEW = new Build(Path.of("/new"), QemuVersion.parse("11.1.3"), 200, 2);

    @TempDir
    Path directory;

    private static Trial trial(Build source, Build target, Method method, String device) {
        CommandLine line = CommandLine.parse(List.of("qemu", "-device", device));
        return new Trial(method, line, source, line, target, new QemuUser(64055, 109, List.of()), Map.of());
    }

    private static Trial usual() {
        return trial(OLD, NEW, Method.CPR_TRANSFER, "virtio-rng-pci,id=rng0");
    }

    @Test
    void aResultIsFoundAgain() throws IOException {
        TrialRecords records = new TrialRecords(directory.resolve("trials"));
        assertThat(records.find(usual())).isEmpty();

        records.keep(usual(), new Result(Optional.empty()));
        assertThat(records.find(usual())).contains(new Result(Optional.empty()));

        records.keep(usual(), new Result(Optional.of("VQ 0 is too large")));
        assertThat(records.find(usual())).contains(new Result(Optional.of("VQ 0 is too large")));
    }

    @Test
    void whateverIsDifferentIsAnotherTrial() throws IOException {
        TrialRecords records = new TrialRecords(directory);
        records.keep(usual(), new Result(Optional.empty()));
        Build rebuilt = new Build(NEW.program(), NEW.version(), NEW.size(), NEW.modified() + 1);

        assertThat(records.find(trial(OLD, rebuilt, Method.CPR_TRANSFER, "virtio-rng-pci,id=rng0")))
                .isEmpty();
        assertThat(records.find(trial(NEW, OLD, Method.CPR_TRANSFER, "virtio-rng-pci,id=rng0")))
                .isEmpty();
        assertThat(records.find(trial(OLD, NEW, Method.TRANSPLANT, "virtio-rng-pci,id=rng0")))
                .isEmpty();
        assertThat(records.find(trial(OLD, NEW, Method.CPR_TRANSFER, "virtio-rng-pci,id=rng1")))
                .isEmpty();
    }

    @Test
    void theSameBuildElsewhereIsTheSameTrial() throws IOException {
        TrialRecords records = new TrialRecords(directory);
        records.keep(usual(), new Result(Optional.empty()));
        Build moved = new Build(Path.of("/proc/4711/exe"), OLD.version(), OLD.size(), OLD.modified());

        assertThat(records.find(trial(moved, NEW, Method.CPR_TRANSFER, "virtio-rng-pci,id=rng0")))
                .isPresent();
    }

    @Test
    void aDamagedResultIsAnError() throws IOException {
        TrialRecords records = new TrialRecords(directory);
        records.keep(usual(), new Result(Optional.empty()));
        try (Stream<Path> files = Files.list(directory)) {
            Files.writeString(files.findFirst().orElseThrow(), "{\"refusal\":");
        }

        assertThatThrownBy(() -> records.find(usual())).isInstanceOf(JsonException.class);
    }
}
