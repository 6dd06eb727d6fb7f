// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.kvm.Settlement;
import io.orthus.engine.report.Printable;
import io.orthus.engine.upgrade.KvmUsers;
import io.orthus.engine.upgrade.Options;
import io.orthus.engine.upgrade.Recovery;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Finishes or undoes what was interrupted. */
@Command(
        name = "recover",
        description = "Finish or undo an upgrade that was interrupted. Does nothing if there is none.",
        mixinStandardHelpOptions = true)
final class RecoverCommand implements Callable<Integer> {
    @Mixin
    private Output output;

    @Override
    public Integer call() throws Exception {
        try (Session session = Session.exclusive()) {
            List<Recovery.Finding> findings = new Recovery(session.host(), Options.defaults()).run();
            Optional<Settlement> kvm = session.host().kvmExchange().recover(new KvmUsers(session.host()));
            JsonObject json = json(findings);
            kvm.ifPresent(settlement -> json.addProperty("kvm", settlement.message()));
            output.print(json, text(findings, kvm));
            if (findings.stream().anyMatch(finding -> finding.state() == Recovery.State.LOST)) {
                return ExitCode.LOST;
            }
            return findings.stream().allMatch(Recovery.Finding::healthy) ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    private static JsonObject json(List<Recovery.Finding> findings) {
        JsonArray vms = new JsonArray();
        findings.forEach(finding -> vms.add(Json.object()
                .put("uuid", finding.entry().id().uuid().toString())
                .put("name", finding.entry().id().name())
                .put("healthy", finding.healthy())
                .put("message", finding.message())
                .build()));
        JsonObject json = new JsonObject();
        json.add("vms", vms);
        return json;
    }

    private static String text(List<Recovery.Finding> findings, Optional<Settlement> kvm) {
        if (findings.isEmpty() && kvm.isEmpty()) {
            return "Nothing was left to recover.%n".formatted();
        }
        StringBuilder text = new StringBuilder();
        findings.forEach(finding -> text.append("%s: %s%n"
                .formatted(
                        Printable.of(finding.entry().id().name()),
                        Printable.of((finding.healthy() ? "" : "NOT RECOVERED: ") + finding.message()))));
        kvm.ifPresent(settlement -> text.append("KVM %s%n".formatted(Printable.of(settlement.message()))));
        return text.toString();
    }
}
