// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import com.google.gson.JsonObject;
import io.orthus.engine.inventory.Inventory;
import io.orthus.engine.model.VmOutcome.Result;
import io.orthus.engine.model.VmPlan;
import io.orthus.engine.report.ReportJson;
import io.orthus.engine.report.ReportTable;
import io.orthus.engine.report.UpgradeReport;
import io.orthus.engine.upgrade.HostUpgrade;
import io.orthus.engine.upgrade.Options;
import io.orthus.engine.upgrade.Recovery;
import java.io.IOException;
import java.util.List;

/** What {@code upgrade} and {@code rollback} have in common. */
final class Walk {
    private final Session session;
    private final Options options;
    private final Output output;

    Walk(Session session, Options options, Output output) {
        this.session = session;
        this.options = options;
        this.output = output;
    }

    /** Brings into order what an earlier upgrade left behind, before anything new is begun. */
    void recover() throws Exception {
        for (Recovery.Finding finding : new Recovery(session.host(), options).run()) {
            if (!finding.healthy()) {
                throw new IOException("an earlier upgrade of '%s' is not settled: %s"
                        .formatted(finding.entry().id().name(), finding.message()));
            }
            output.err().println(finding.entry().id().name() + ": recovered: " + finding.message());
        }
    }

    int run(String direction, Inventory inventory, List<VmPlan> plans) throws IOException {
        UpgradeReport report =
                new HostUpgrade(session.host(), options, new ProgressLines(output.err())).run(direction, plans);
        session.history().add(report);
        JsonObject json = ReportJson.of(report);
        json.add("unreadable", Output.unreadable(inventory.unreadable()));
        output.print(json, ReportTable.of(report) + Output.unreadableLines(inventory.unreadable()));
        return exitCode(report, inventory);
    }

    private static int exitCode(UpgradeReport report, Inventory inventory) {
        if (report.count(Result.LOST) > 0) {
            return ExitCode.LOST;
        }
        if (report.count(Result.ROLLED_BACK) + report.count(Result.NOT_BEGUN) > 0) {
            return ExitCode.FAILED;
        }
        boolean refused =
                report.count(Result.REFUSED) > 0 || !inventory.unreadable().isEmpty();
        return refused ? ExitCode.REFUSED : ExitCode.OK;
    }
}
