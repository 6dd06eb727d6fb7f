// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import io.orthus.engine.kvm.KvmExchange;
import io.orthus.engine.kvm.KvmInstance;
import io.orthus.engine.kvm.LoadedKvm;
import io.orthus.engine.kvm.Settlement;
import io.orthus.engine.kvm.Settlement.Result;
import io.orthus.engine.libvirt.LibvirtFailure;
import io.orthus.engine.model.VmPlan;
import io.orthus.engine.report.KvmReport;
import io.orthus.engine.report.Millis;
import io.orthus.engine.report.UpgradeReport;
import io.orthus.engine.sys.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Exchanges the host's KVM around the walk over its VMs. For one thread, once. */
public final class KvmUpgrade {
    private final Host host;
    private final HostUpgrade walk;
    private final Progress progress;

    /** Around {@code walk}, which must be fresh. */
    public KvmUpgrade(Host host, HostUpgrade walk, Progress progress) {
        this.host = host;
        this.walk = walk;
        this.progress = progress;
    }

    /**
     * Loads a KVM, carries the plans out, and unloads whichever KVM is not used any more.
     *
     * @param target to which the plans lead
     * @throws IOException if the target cannot be loaded, or the host itself is not fit, before any VM was touched
     */
    public UpgradeReport run(String direction, List<VmPlan> plans, KvmInstance target) throws IOException {
        long began = System.nanoTime();
        Optional<KvmInstance> from = host.kvms().loaded().stream()
                .map(LoadedKvm::instance)
                .filter(kvm -> !kvm.name().equals(target.name()))
                .findFirst();
        if (from.isPresent()
                && plans.stream().noneMatch(VmPlan::movable)
                && !users().of(from.get()).isEmpty()) {
            KvmReport none = new KvmReport(
                    from,
                    target,
                    false,
                    "no VM can be moved to " + target + "; it is not loaded",
                    Optional.empty(),
                    Optional.empty());
            return walk.run(direction, plans).with(none, since(began));
        }
        KvmExchange exchange = host.kvmExchange();
        exchange.begin(target);
        Duration load = since(began);
        progress.host("KVM %s is loaded in %s".formatted(target, Millis.of(load)));
        refreshLibvirt(plans);
        UpgradeReport report;
        try {
            report = walk.run(direction, plans);
        } catch (IOException e) {
            progress.host(settle(exchange, from, target, load).message());
            throw e;
        }
        KvmReport settled = settle(exchange, from, target, load);
        progress.host(settled.message());
        refreshLibvirt(plans);
        return report.with(settled, since(began));
    }

    private KvmReport settle(KvmExchange exchange, Optional<KvmInstance> from, KvmInstance target, Duration load) {
        long began = System.nanoTime();
        boolean done = false;
        String message;
        try {
            Settlement settlement = exchange.settle(users());
            done = settlement.result() == Result.RETIRED;
            message = "KVM " + settlement.message();
        } catch (IOException e) {
            message = Reason.of(e) + "; run 'orthus recover'";
        }
        return new KvmReport(from, target, done, message, Optional.of(load), Optional.of(since(began)));
    }

    /**
     * libvirt asks a QEMU anew what it can do when the kernel's own KVM has come or gone (it looks for its parameter
     * "nested"). Better now than while it starts after a window, with guests that wait to be managed.
     */
    private void refreshLibvirt(List<VmPlan> plans) {
        Map<Path, String> machines = new LinkedHashMap<>();
        for (VmPlan plan : plans) {
            if (plan.vm().kvm().isPresent()) {
                machines.put(plan.target().emulator(), plan.vm().machine());
                machines.putIfAbsent(plan.vm().running().emulator(), plan.vm().machine());
            }
        }
        machines.forEach((emulator, machine) -> {
            try {
                host.libvirt().probe(emulator, machine, "kvm");
            } catch (LibvirtFailure e) {
                // It will ask again when it needs to know.
            }
        });
    }

    private KvmExchange.Users users() {
        return new KvmUsers(host);
    }

    private static Duration since(long began) {
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
