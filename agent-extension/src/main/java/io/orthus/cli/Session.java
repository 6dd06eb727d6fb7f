// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import io.orthus.engine.inventory.Inventory;
import io.orthus.engine.inventory.InventoryReader;
import io.orthus.engine.kvm.KvmInstance;
import io.orthus.engine.kvm.KvmModule;
import io.orthus.engine.kvm.LoadedKvm;
import io.orthus.engine.kvm.ModuleCheck;
import io.orthus.engine.launch.LaunchPlanner;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.model.VmPlan;
import io.orthus.engine.preflight.Check;
import io.orthus.engine.preflight.DeviceCheck;
import io.orthus.engine.preflight.KvmCheck;
import io.orthus.engine.preflight.KvmChoice;
import io.orthus.engine.preflight.LaunchCheck;
import io.orthus.engine.preflight.MemoryCheck;
import io.orthus.engine.preflight.MethodChooser;
import io.orthus.engine.preflight.PairCheck;
import io.orthus.engine.preflight.PassthroughCheck;
import io.orthus.engine.preflight.Preflight;
import io.orthus.engine.preflight.StateCheck;
import io.orthus.engine.preflight.TargetCheck;
import io.orthus.engine.report.History;
import io.orthus.engine.sys.MemInfo;
import io.orthus.engine.sys.Parallel;
import io.orthus.engine.sys.Reason;
import io.orthus.engine.trial.Trials;
import io.orthus.engine.upgrade.Host;
import io.orthus.engine.upgrade.HostLock;
import io.orthus.engine.upgrade.Layout;
import io.orthus.engine.vmm.InstalledVmm;
import io.orthus.engine.vmm.PairGate;
import io.orthus.engine.vmm.Vmm;
import io.orthus.engine.vmm.VmmStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What every command needs: the host, and its VMs picked by the names on the command line. */
final class Session implements AutoCloseable {
    private static final Layout LAYOUT = Layout.installed();

    private final Host host;
    private final History history = new History(LAYOUT.history());
    private final Map<Path, Vmm> probed = new HashMap<>();

    private final Optional<HostLock> lock;

    private Session(Optional<HostLock> lock) throws IOException {
        this.lock = lock;
        host = new Host(LAYOUT);
    }

    /** A session that only looks. */
    static Session reading() throws IOException {
        requireRoot();
        return new Session(Optional.empty());
    }

    /** A session with the right to change things on this host, which only one has at a time. */
    static Session exclusive() throws IOException, BusyException {
        requireRoot();
        HostLock lock = HostLock.tryLock(LAYOUT.lock()).orElseThrow(BusyException::new);
        try {
            return new Session(Optional.of(lock));
        } catch (IOException e) {
            lock.close();
            throw e;
        }
    }

    static void requireRoot() throws IOException {
        if (!"root".equals(System.getProperty("user.name"))) {
            throw new IOException("only root may look into other processes; run it as root");
        }
    }

    Host host() {
        return host;
    }

    /** Builds that are kept for a rollback. */
    VmmStore kept() {
        return host.kept();
    }

    History history() {
        return history;
    }

    /**
     * The running VMs, or those that are named.
     *
     * @param names domain names or UUIDs; none means all
     */
    Inventory inventory(List<String> names) throws IOException, UsageException {
        Inventory all = inventory();
        if (names.isEmpty()) {
            return all;
        }
        List<VmFacts> vms = new ArrayList<>();
        List<Inventory.Unreadable> unreadable = new ArrayList<>();
        for (String name : names) {
            Optional<VmFacts> vm = all.vms().stream()
                    .filter(v -> isNamed(name, v.id().name(), v.id().uuid().toString()))
                    .findFirst();
            Optional<Inventory.Unreadable> bad = all.unreadable().stream()
                    .filter(v -> isNamed(name, v.id().name(), v.id().uuid().toString()))
                    .findFirst();
            if (vm.isEmpty() && bad.isEmpty()) {
                throw new UsageException("no running domain is called '" + name + "'");
            }
            vm.filter(v -> !vms.contains(v)).ifPresent(vms::add);
            bad.filter(v -> !unreadable.contains(v)).ifPresent(unreadable::add);
        }
        return new Inventory(vms, unreadable);
    }

    private Inventory inventory() throws IOException {
        return new InventoryReader(host.libvirt(), LAYOUT.statusDirectory(), host.kvms()).read();
    }

    /**
     * The KVM in a module file, which is checked against this host.
     *
     * @throws UsageException if it cannot be used here
     */
    Optional<KvmModule> module(Optional<Path> file) throws UsageException {
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            KvmModule module = KvmModule.read(file.get());
            new ModuleCheck(host.kvms()).require(module);
            return Optional.of(module);
        } catch (IOException e) {
            throw new UsageException("--kvm: " + Reason.of(e));
        }
    }

    /** A KVM that VMs ran on before, as it can be had now. */
    KvmInstance previous(KvmInstance before) throws IOException {
        ModuleCheck check = new ModuleCheck(host.kvms());
        KvmInstance now = before.isKernels() ? host.kvms().kernels() : before;
        Optional<LoadedKvm> loaded = host.kvms().loaded(now.name());
        if (loaded.isPresent() && loaded.get().instance().is(now)) {
            return loaded.get().instance();
        }
        if (!now.isKernels()) {
            KvmModule module = KvmModule.read(now.file()
                    .orElseThrow(() -> new IOException(
                            "KVM %s is not loaded, and nobody knows from where it was; load it".formatted(now)
                                    + " by hand, then try again")));
            check.require(module);
            if (!module.instance().is(now)) {
                throw new IOException("%s is KVM %s by now, not %s, which VMs ran on"
                        .formatted(module.file(), module.instance(), now));
            }
        }
        check.requireRoom(now);
        return now;
    }

    private static boolean isNamed(String wanted, String name, String uuid) {
        return wanted.equals(name) || wanted.equalsIgnoreCase(uuid);
    }

    Preflight preflight(KvmChoice choice, PassthroughOption passthrough) throws IOException {
        Check devices = new DeviceCheck();
        Check passedThrough = new PassthroughCheck(Path.of("/sys"), passthrough.allowed());
        return new Preflight(
                new MethodChooser(),
                history::medianPause,
                choice,
                List.of(
                        new StateCheck(),
                        new PairCheck(PairGate.load()),
                        devices,
                        passedThrough,
                        new MemoryCheck(MemInfo::available),
                        new TargetCheck(host.libvirt()),
                        new KvmCheck(choice, KvmCheck.Registers.from(host.libvirt())),
                        new LaunchCheck(
                                new LaunchPlanner(host.libvirt()),
                                choice,
                                new Trials(LAYOUT.trials(), LAYOUT.run().getParent()),
                                List.of(devices, passedThrough))));
    }

    /**
     * Plans for all VMs of an inventory onto {@code target}, or onto what is installed where each was started from, and onto
     * the KVM that is chosen.
     */
    List<VmPlan> plans(Inventory inventory, Optional<Path> target, KvmChoice choice, PassthroughOption passthrough)
            throws IOException, UsageException {
        Preflight preflight = preflight(choice, passthrough);
        Optional<Vmm> common = Optional.empty();
        if (target.isPresent()) {
            try {
                common = Optional.of(probe(target.get()));
            } catch (IOException e) {
                throw new UsageException("--target: " + e.getMessage());
            }
        }
        Optional<Vmm> chosen = common;
        return Parallel.map(
                inventory.vms(),
                vm -> chosen.isPresent()
                        ? preflight.plan(vm, chosen.get())
                        : preflight.plan(vm, () -> probeInstalled(vm.running())));
    }

    synchronized Vmm probe(Path emulator) throws IOException {
        Vmm known = probed.get(emulator);
        if (known == null) {
            known = InstalledVmm.probe(emulator, host.commands());
            probed.put(emulator, known);
        }
        return known;
    }

    private Vmm probeInstalled(Vmm running) throws IOException {
        return probe(kept().installedPath(running.emulator()));
    }

    /** What is installed where a build was started from; empty if nothing that can be used. */
    Optional<Vmm> installed(Vmm running) {
        try {
            return Optional.of(probeInstalled(running));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A QEMU that VMs ran on before: where it was, or where it was kept when the package manager replaced it. */
    Vmm previous(Vmm before) throws IOException {
        try {
            Vmm installed = probe(before.emulator());
            if (installed.version().equals(before.version())) {
                return installed;
            }
        } catch (IOException e) {
            // It is gone from there; then it must have been kept.
        }
        return kept().find(before.version())
                .orElseThrow(() -> new IOException("QEMU %s is neither at %s nor was it kept below %s"
                        .formatted(before.version(), before.emulator(), LAYOUT.keptBuilds())));
    }

    @Override
    public void close() throws IOException {
        host.close();
        if (lock.isPresent()) {
            lock.get().close();
        }
    }
}
