// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.orthus.engine.journal.Journal;
import io.orthus.engine.journal.JournalEntry;
import io.orthus.engine.json.Json;
import io.orthus.engine.kvm.ExchangeEntry;
import io.orthus.engine.kvm.ExchangeJournal;
import io.orthus.engine.kvm.KvmHost;
import io.orthus.engine.kvm.LoadedKvm;
import io.orthus.engine.report.History;
import io.orthus.engine.report.Printable;
import io.orthus.engine.report.ReportJson;
import io.orthus.engine.report.ReportTable;
import io.orthus.engine.report.Table;
import io.orthus.engine.report.UpgradeReport;
import io.orthus.engine.upgrade.HostLock;
import io.orthus.engine.upgrade.Layout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Tells what is under way and what was done last. Works without libvirt. */
@Command(
        name = "status",
        description = "Show what is under way on this host and what the last upgrade did.",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private Output output;

    @Override
    public Integer call() throws Exception {
        Session.requireRoot();
        Layout layout = Layout.installed();
        boolean running = running(layout);
        List<JournalEntry> open = new Journal(layout.journal()).open();
        List<LoadedKvm> kvms = new KvmHost(Path.of("/"), layout.kvmRecords()).loaded();
        Optional<ExchangeEntry> exchange = new ExchangeJournal(layout.kvmJournal()).open();
        Optional<UpgradeReport> last =
                new History(layout.history()).all().stream().reduce((a, b) -> b);
        JsonObject json = json(running, open, last);
        JsonArray loaded = new JsonArray();
        kvms.forEach(kvm -> loaded.add(ReportJson.of(kvm)));
        json.add("kvms", loaded);
        exchange.ifPresent(entry -> json.add("kvmUnderWay", ReportJson.of(entry.target())));
        output.print(json, text(running, open, last) + kvmText(running, kvms, exchange));
        return (open.isEmpty() && exchange.isEmpty()) || running ? ExitCode.OK : ExitCode.FAILED;
    }

    private static String kvmText(boolean running, List<LoadedKvm> kvms, Optional<ExchangeEntry> exchange) {
        StringBuilder text = new StringBuilder();
        kvms.forEach(kvm -> text.append("%s, %s%n".formatted(KvmLines.of(kvm), kvm.unused() ? "unused" : "in use")));
        exchange.ifPresent(entry -> text.append(
                running
                        ? "VMs are being moved to KVM %s.%n".formatted(entry.target())
                        : "The move to KVM %s was left unsettled; run 'orthus recover'.%n".formatted(entry.target())));
        return text.toString();
    }

    private static boolean running(Layout layout) throws IOException {
        Optional<HostLock> lock = HostLock.tryLock(layout.lock());
        if (lock.isPresent()) {
            lock.get().close();
        }
        return lock.isEmpty();
    }

    private static JsonObject json(boolean running, List<JournalEntry> open, Optional<UpgradeReport> last) {
        JsonArray entries = new JsonArray();
        open.forEach(entry -> entries.add(Json.object()
                .put("uuid", entry.id().uuid().toString())
                .put("name", entry.id().name())
                .put("step", entry.step().name().toLowerCase(Locale.ROOT))
                .put("method", entry.method().label())
                .build()));
        JsonObject json = new JsonObject();
        json.addProperty("running", running);
        json.add("underWay", entries);
        last.ifPresent(report -> json.add("last", ReportJson.of(report)));
        return json;
    }

    private static String text(boolean running, List<JournalEntry> open, Optional<UpgradeReport> last) {
        StringBuilder text = new StringBuilder();
        text.append(running ? "An upgrade is under way.%n".formatted() : "No upgrade is under way.%n".formatted());
        if (!open.isEmpty()) {
            Table table = new Table("VM", "STEP", "METHOD", "FROM", "TO");
            open.forEach(entry -> table.row(
                    Printable.of(entry.id().name()),
                    entry.step().name().toLowerCase(Locale.ROOT),
                    entry.method().label(),
                    entry.oldVersion(),
                    entry.newVersion()));
            text.append(table);
            text.append(running ? "" : "These were left unsettled; run 'orthus recover'.%n".formatted());
        }
        last.ifPresent(report -> text.append("Last %s, %s:%n".formatted(report.direction(), report.started()))
                .append(ReportTable.of(report)));
        return text.toString();
    }
}
