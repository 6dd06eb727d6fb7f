// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import io.orthus.engine.model.VmId;
import io.orthus.engine.model.VmOutcome;
import io.orthus.engine.report.Millis;
import io.orthus.engine.report.Printable;
import io.orthus.engine.report.ReportTable;
import io.orthus.engine.upgrade.Progress;
import java.io.PrintWriter;

/** A line for each step of each VM. Thread-safe: a line is printed at once. */
final class ProgressLines implements Progress {
    private final PrintWriter out;
    private final String direction;
    private final long began = System.nanoTime();

    ProgressLines(PrintWriter out, String direction) {
        this.out = out;
        this.direction = direction;
    }

    @Override
    public void step(VmId vm, String step) {
        line(vm.name(), step);
    }

    @Override
    public void done(VmOutcome outcome) {
        String result = ReportTable.word(outcome.result(), direction);
        String detail =
                switch (outcome.result()) {
                    case UPGRADED -> ", pause " + Millis.of(outcome.pause());
                    // The reasons are no news of the walk; the report has them.
                    case REFUSED -> "";
                    default -> outcome.message().isEmpty() ? "" : ": " + outcome.message();
                };
        line(outcome.id().name(), result + detail);
    }

    @Override
    public void host(String message) {
        line("host", message);
    }

    private synchronized void line(String subject, String text) {
        out.println("%7.2f s  %-20s  %s"
                .formatted((System.nanoTime() - began) / 1e9, Printable.of(subject), Printable.of(text)));
        out.flush();
    }
}
