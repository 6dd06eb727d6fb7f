// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import io.orthus.engine.inventory.Inventory;
import io.orthus.engine.model.VmOutcome.Result;
import io.orthus.engine.model.VmPlan;
import io.orthus.engine.report.ReportJson;
import io.orthus.engine.report.ReportTable;
import io.orthus.engine.report.UpgradeReport;
import io.orthus.engine.sys.ProcessId;
import io.orthus.engine.sys.Reason;
import io.orthus.engine.upgrade.Host;
import io.orthus.engine.upgrade.HostUpgrade;
import io.orthus.engine.upgrade.KeepAside;
import io.orthus.engine.upgrade.KvmUpgrade;
import io.orthus.engine.upgrade.KvmUsers;
import io.orthus.engine.upgrade.Options;
import io.orthus.engine.upgrade.Progress;
import io.orthus.engine.upgrade.Recovery;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What {@code upgrade} and {@code rollback} have in common. */
final class Walk {
    private final Session session;
    private final Options options;
    private final Output output;
    private final String direction;
    private final Progress progress;

    Walk(Session session, Options options, Output output, String direction) {
        this.session = session;
        this.options = options;
        this.output = output;
        this.direction = direction;
        this.progress = new ProgressLines(output.err(), direction);
    }

    /** Brings into order what an earlier upgrade left behind, before anything new is begun. */
    void recover() throws Exception {
        for (Recovery.Finding finding : new Recovery(session.host(), options).run()) {
            if (!finding.healthy()) {
                throw new IOException("an earlier upgrade of '%s' is not settled: %s"
                        .formatted(finding.entry().id().name(), finding.message()));
            }
            progress.step(finding.entry().id(), "recovered: " + finding.message());
        }
        Host host = session.host();
        host.kvmExchange()
                .recover(new KvmUsers(host))
                .ifPresent(settlement -> progress.host("recovered: KVM " + settlement.message()));
    }

    /** Where what happens is told. */
    Progress progress() {
        return progress;
    }

    int run(Inventory inventory, Moves moves) throws IOException {
        List<VmPlan> plans = moves.plans();
        progress.host(summary(plans));
        HostUpgrade upgrade = new HostUpgrade(session.host(), options, progress, commandStart());
        StopOnSignal signals = StopOnSignal.install(upgrade, progress);
        try {
            UpgradeReport report = moves.kvm().isPresent()
                    ? new KvmUpgrade(session.host(), upgrade, progress)
                            .run(direction, plans, moves.kvm().get())
                    : upgrade.run(direction, plans);
            output.print(ReportJson.of(report), ReportTable.of(report), inventory.unreadable());
            remember(report);
            if (report.count(Result.UPGRADED) > 0) {
                ClassArchive.makeIfMissing();
            }
            return exitCode(report, inventory);
        } finally {
            signals.close();
        }
    }

    /** When the operator pressed Enter: the start of this JVM is part of what he waits for. */
    private static Instant commandStart() throws IOException {
        int self = Math.toIntExact(ProcessHandle.current().pid());
        return Instant.now().minus(ProcessId.of(self).age());
    }

    /** What was done is done and was told, whether or not it can be written down, or tidied up after. */
    private void remember(UpgradeReport report) {
        try {
            session.history().add(report);
        } catch (IOException e) {
            progress.host("this report could not be kept, a rollback will not know of it: " + Reason.of(e));
            return;
        }
        try {
            new KeepAside(session.kept(), progress).release(session.inventory(List.of()), session.history());
        } catch (IOException | UsageException e) {
            progress.host("builds that were kept for a rollback could not be gone through: " + Reason.of(e));
        }
    }

    /** For example {@code 4 VM(s): 2 cpr-transfer, 1 transplant, 1 blocked}. */
    private static String summary(List<VmPlan> plans) {
        Map<String, Long> counts =
                plans.stream().collect(Collectors.groupingBy(Walk::intention, TreeMap::new, Collectors.counting()));
        String parts = counts.entrySet().stream()
                .map(count -> count.getValue() + " " + count.getKey())
                .collect(Collectors.joining(", "));
        return "%d VM(s)%s".formatted(plans.size(), parts.isEmpty() ? "" : ": " + parts);
    }

    private static String intention(VmPlan plan) {
        if (plan.upToDate()) {
            return "up to date";
        }
        return plan.movable() ? plan.method().orElseThrow().label() : "blocked";
    }

    private static int exitCode(UpgradeReport report, Inventory inventory) {
        if (report.count(Result.LOST) > 0) {
            return ExitCode.LOST;
        }
        if (report.count(Result.ROLLED_BACK) + report.count(Result.ENDED) + report.count(Result.NOT_BEGUN) > 0) {
            return ExitCode.FAILED;
        }
        if (report.count(Result.REFUSED) > 0 || !inventory.unreadable().isEmpty()) {
            return ExitCode.REFUSED;
        }
        // Nothing is left to be done by this command, but the old KVM is still there.
        return report.kvm().filter(exchange -> !exchange.done()).isPresent() ? ExitCode.KVM_KEPT : ExitCode.OK;
    }
}
