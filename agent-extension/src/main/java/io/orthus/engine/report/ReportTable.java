// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.report;

import io.orthus.engine.model.VmOutcome;
import io.orthus.engine.model.VmOutcome.Result;
import io.orthus.engine.vmm.Method;
import java.util.Locale;

/** An upgrade's report as people read it. */
public final class ReportTable {
    private ReportTable() {}

    /** One line for each VM, and one for the whole. */
    public static String of(UpgradeReport report) {
        Table table = new Table("VM", "RESULT", "METHOD", "FROM", "TO", "PAUSE", "PREPARED IN", "TOTAL");
        StringBuilder messages = new StringBuilder();
        for (VmOutcome vm : report.vms()) {
            table.row(
                    Printable.of(vm.id().name()),
                    word(vm.result(), report.direction()),
                    vm.method().map(Method::label).orElse("-"),
                    vm.from().version().release(),
                    vm.to().version().release(),
                    Millis.of(vm.pause()),
                    Millis.of(vm.preparation()),
                    Millis.of(vm.total()));
            if (!vm.message().isEmpty() && vm.result() != Result.UP_TO_DATE) {
                messages.append(
                        "%s: %s: %s%n".formatted(Printable.of(vm.id().name()), vm.step(), Printable.of(vm.message())));
            }
        }
        return table
                + messages.toString()
                + "%d of %d VM(s) moved in %.1f s; longest pause %s%n"
                        .formatted(
                                report.count(Result.UPGRADED),
                                report.vms().size(),
                                report.total().toMillis() / 1000.0,
                                Millis.of(report.longestPause()))
                + report.kvm()
                        .map(exchange -> "%s%n".formatted(Printable.of(exchange.message())))
                        .orElse("");
    }

    /** A result in words. */
    public static String word(Result result, String direction) {
        return result == Result.UPGRADED && direction.equals(UpgradeReport.ROLLBACK)
                ? "moved back"
                : result.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
