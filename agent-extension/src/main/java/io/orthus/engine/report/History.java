// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.report;

import io.orthus.engine.json.Json;
import io.orthus.engine.json.JsonException;
import io.orthus.engine.kvm.KvmInstance;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.model.VmOutcome;
import io.orthus.engine.model.VmOutcome.Result;
import io.orthus.engine.sys.AtomicFile;
import io.orthus.engine.vmm.Method;
import io.orthus.engine.vmm.Vmm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reports of earlier upgrades of this host, one file each, oldest first. Reads them once. Thread-safe. */
public final class History {
    /** Enough to predict from and to look back on. */
    private static final int KEPT = 200;

    private final Path directory;
    private List<UpgradeReport> reports;

    /** Keeps reports in {@code directory}, which need not exist yet. */
    public History(Path directory) {
        this.directory = directory;
    }

    /** Adds a report and drops the oldest ones. */
    public synchronized void add(UpgradeReport report) throws IOException {
        reports = null;
        Files.createDirectories(directory);
        Path file = directory.resolve(report.started().toEpochMilli() + ".json");
        AtomicFile.write(file, ReportJson.of(report) + "\n", "rw-------");
        List<Path> files = files();
        for (Path old : files.subList(0, Math.max(0, files.size() - KEPT))) {
            Files.deleteIfExists(old);
        }
    }

    /** All reports, oldest first. */
    public synchronized List<UpgradeReport> all() throws IOException {
        if (reports == null) {
            reports = readAll();
        }
        return reports;
    }

    private List<UpgradeReport> readAll() throws IOException {
        List<UpgradeReport> read = new ArrayList<>();
        for (Path file : files()) {
            try {
                read.add(ReportJson.report(Json.parseObject(Files.readString(file), file.toString())));
            } catch (JsonException e) {
                throw new IOException("the report %s is damaged (%s); remove it".formatted(file, e.getMessage()), e);
            }
        }
        return List.copyOf(read);
    }

    /** The median pause of a method on this host; empty if it was never used. */
    public Optional<Duration> medianPause(Method method) throws IOException {
        List<Duration> pauses = all().stream()
                .flatMap(report -> report.vms().stream())
                .filter(vm -> vm.result() == Result.UPGRADED
                        && vm.method().filter(m -> m == method).isPresent())
                .flatMap(vm -> vm.pause().stream())
                .sorted()
                .toList();
        return pauses.isEmpty() ? Optional.empty() : Optional.of(pauses.get(pauses.size() / 2));
    }

    /**
     * What a VM would go back to: what it ran on before the last upgrade that was not rolled back since. Empty
     * if there is none, so a rollback that is asked for twice does not move the VM forward again; and if the VM does not
     * run what that upgrade brought it to: it was started anew since.
     */
    public Optional<Before> before(VmFacts vm) throws IOException {
        Deque<VmOutcome> way = new ArrayDeque<>();
        for (UpgradeReport report : all()) {
            for (VmOutcome outcome : report.vms()) {
                if (outcome.id().uuid().equals(vm.id().uuid()) && outcome.result() == Result.UPGRADED) {
                    if (report.direction().equals(UpgradeReport.ROLLBACK)) {
                        way.pollLast();
                    } else {
                        way.addLast(outcome);
                    }
                }
            }
        }
        return Optional.ofNullable(way.peekLast())
                .filter(last -> last.to().version().equals(vm.running().version()))
                .map(last -> new Before(last.from(), last.fromKvm()));
    }

    /**
     * What a VM ran on before an upgrade.
     *
     * @param qemu the build of QEMU
     * @param kvm the KVM; empty if it was emulated
     */
    public record Before(Vmm qemu, Optional<KvmInstance> kvm) {}

    /** The KVM whose place a KVM took the last time that it took one's; empty if it never did. */
    public Optional<KvmInstance> replacedBy(KvmInstance kvm) throws IOException {
        return all().stream()
                .filter(report -> report.direction().equals(UpgradeReport.UPGRADE))
                .flatMap(report -> report.kvm().stream())
                .filter(exchange -> exchange.to().is(kvm))
                .reduce((first, last) -> last)
                .flatMap(KvmReport::from);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(f -> f.toString().endsWith(".json")).sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }
}
