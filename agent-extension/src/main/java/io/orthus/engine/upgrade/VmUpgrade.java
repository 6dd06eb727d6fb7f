// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import io.orthus.engine.adopt.CapabilityCache;
import io.orthus.engine.adopt.CarriedDefinition;
import io.orthus.engine.adopt.SwitchFiles;
import io.orthus.engine.adopt.SwitchResult;
import io.orthus.engine.adopt.SwitchVm;
import io.orthus.engine.graft.GraftException;
import io.orthus.engine.graft.GraftMethod;
import io.orthus.engine.graft.GraftMethods;
import io.orthus.engine.graft.MigrationSockets;
import io.orthus.engine.graft.StateReplay;
import io.orthus.engine.graft.TwinCheck;
import io.orthus.engine.graft.Twins;
import io.orthus.engine.journal.Journal;
import io.orthus.engine.journal.JournalEntry;
import io.orthus.engine.journal.JournalException;
import io.orthus.engine.journal.Step;
import io.orthus.engine.launch.NewVmm;
import io.orthus.engine.libvirt.StatusFile;
import io.orthus.engine.model.RunState;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.model.VmPlan;
import io.orthus.engine.qmp.Qmp;
import io.orthus.engine.qmp.QmpException;
import io.orthus.engine.qmp.QmpSocket;
import io.orthus.engine.sys.Deadline;
import io.orthus.engine.sys.ProcessId;
import io.orthus.engine.sys.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * One VM on its way, from the start of the new QEMU to the moment at which libvirt is seen managing it. Its methods are
 * called in their order by one thread at a time. Whatever fails before {@link #committed}, {@link #undo} leaves the VM
 * on its old QEMU as it was.
 */
final class VmUpgrade {
    private static final Duration TO_START = Duration.ofSeconds(60);

    private final Host host;
    private final VmPlan plan;
    private final Options options;
    private final GraftMethod method;
    private final SwitchFiles files;
    private final MigrationSockets sockets;
    private final long began = System.nanoTime();

    private JournalEntry entry;
    private Lease lease;
    private NewVmm fresh;
    private Qmp freshMonitor;
    private CarriedDefinition carried;
    private TwinFacts facts;
    private List<String> capabilities;
    private Duration preparation = Duration.ZERO;

    VmUpgrade(Host host, VmPlan plan, Options options) {
        this.host = host;
        this.plan = plan;
        this.options = options;
        this.method = GraftMethods.of(plan.method().orElseThrow());
        this.files = host.layout().files(plan.vm());
        this.sockets = MigrationSockets.in(plan.vm().monitor().getParent());
        this.entry = new JournalEntry(
                plan.vm().id(),
                Step.LAUNCH,
                method.method(),
                plan.vm().process(),
                plan.vm().running().version().toString(),
                null,
                plan.target().emulator().toString(),
                plan.target().version().toString(),
                plan.vm().state() == RunState.RUNNING,
                plan.vm().monitor().toString(),
                plan.vm().statusFile().toString(),
                files.directory().toString(),
                null,
                System.currentTimeMillis());
    }

    VmPlan plan() {
        return plan;
    }

    VmFacts vm() {
        return plan.vm();
    }

    Duration preparation() {
        return preparation;
    }

    /** Starts the new QEMU beside the old one and makes it ready. The guest runs all the time. */
    void prepare(Progress progress) throws GraftException {
        String step = "journal";
        try {
            journal().write(entry);
            step = "start";
            progress.step(vm().id(), "starting QEMU " + plan.target().version());
            Directories.ownerOnly(files.directory());
            clearSockets();
            lease = Lease.create(files.lease());
            // Before the definition is looked at: whatever changes from now on is noticed.
            carried = CarriedDefinition.of(StatusFile.read(files.statusLive()));
            Qmp old = host.libvirt().monitor(vm().id().uuid());
            fresh = new Launch(host, plan, sockets, files).start(Deadline.after(TO_START));
            entry = entry.launched(fresh.process());
            journal().write(entry);
            step = "introduce";
            progress.step(vm().id(), "realizing its devices");
            method.introduce(old, fresh.process(), sockets, Deadline.after(TO_START));
            // Kept until the switch takes its place: a libvirtd that starts meanwhile finds only the old QEMU
            // listening.
            freshMonitor = QmpSocket.connect(vm().monitor(), TO_START, fresh.process());
            Identity.require(freshMonitor, fresh.process());
            Twins twins = new Twins(vm(), old, vm().process(), freshMonitor, fresh.process());
            step = "replay";
            progress.step(vm().id(), "replaying run-time state");
            new StateReplay(twins).run();
            step = "compare";
            progress.step(vm().id(), "comparing old and new");
            new TwinCheck(twins, method.method()).run();
            step = "prepare";
            method.prepare(twins, sockets);
            facts = TwinFacts.of(twins);
            capabilities = new CapabilityCache(CapabilityCache.DIRECTORY)
                    .flags(plan.target().emulator());
            preparation = Duration.ofNanos(System.nanoTime() - began);
        } catch (GraftException e) {
            throw givenUp(e);
        } catch (JournalException | QmpException | IOException e) {
            throw givenUp(new GraftException(step, Reason.of(e), e));
        }
    }

    private GraftException givenUp(GraftException e) {
        GraftException explained = explained(e);
        withdraw();
        return explained;
    }

    /** QEMU's own last words say more than "connection reset". */
    private GraftException explained(GraftException e) {
        String words = fresh == null ? "" : fresh.lastWords();
        return words.isEmpty() ? e : new GraftException(e.step(), e.getMessage() + "; QEMU says: " + words, e);
    }

    /**
     * Writes the status file of the new process, as late as possible, because libvirt may rewrite its own. A VM whose
     * old or new QEMU has ended since it was prepared is found out here and does not spoil the window of the others.
     */
    SwitchVm stage() throws GraftException {
        try {
            if (!fresh.process().alive()) {
                throw explained(new GraftException("stage", "the new QEMU has ended while it waited"));
            }
            if (oldEnded()) {
                throw new GraftException("stage", "its QEMU has ended");
            }
            Path installed = host.kept().installedPath(plan.target().emulator());
            new StatusStage(plan, fresh.process(), installed, facts, files, carried, capabilities).write();
            AfterSwitch.write(files, fresh.afterSwitch());
            closeFreshMonitor();
            return switchVm();
        } catch (IOException e) {
            throw new GraftException("stage", Reason.of(e), e);
        }
    }

    /** Whether the QEMU that ran the VM is gone: the guest was shut down, or something killed it. */
    boolean oldEnded() {
        try {
            return !vm().process().alive();
        } catch (IOException e) {
            return false;
        }
    }

    private SwitchVm switchVm() {
        return new SwitchVm(
                vm().id(),
                vm().process(),
                fresh.process(),
                vm().monitor(),
                vm().state() == RunState.RUNNING,
                method.switchCommands(sockets),
                fresh.afterSwitch(),
                facts.pairs(),
                files);
    }

    /**
     * Makes the switch responsible, and it alone: if it dies, the new QEMU ends with its lease at once. A libvirtd that
     * comes back must not find an uncommitted QEMU at the monitor's socket; it would take that for the VM, and end the
     * VM when that one ends.
     */
    void handOver(ProcessId switcher) throws GraftException {
        entry = entry.switching(switcher);
        try {
            journal().write(entry);
            lease.close();
        } catch (JournalException | IOException e) {
            throw new GraftException("journal", Reason.of(e), e);
        }
    }

    /** What must happen between arming the switch and opening the window. */
    void approach(Progress progress) throws GraftException {
        try {
            progress.step(vm().id(), method.method().meaning());
            method.approach(host.libvirt().monitor(vm().id().uuid()), sockets, Deadline.after(options.copyTimeout()));
        } catch (QmpException | IOException e) {
            throw new GraftException("copy", Reason.of(e), e);
        }
    }

    /** The new QEMU is the VM: sees that libvirt manages it, and closes the books. */
    void committed() throws GraftException {
        try {
            entry = entry.at(Step.ADOPT);
            journal().write(entry);
            Adoption.verify(host, vm().id(), fresh.process(), files);
            close();
        } catch (JournalException | IOException e) {
            throw new GraftException("adopt", Reason.of(e), e);
        }
    }

    /** After a rollback by the switch: the old QEMU has been put right already. */
    void rolledBack(SwitchResult result) throws GraftException {
        try {
            close();
        } catch (JournalException | IOException e) {
            throw new GraftException("clean up", Reason.of(e) + " (after: " + result.message() + ")", e);
        }
    }

    /**
     * Ends the new QEMU. To be done for every VM that is given up before libvirtd is waited for, which does not come back
     * while there is a QEMU that is not committed.
     */
    void withdraw() {
        closeFreshMonitor();
        // What cannot be done now is found again, and told, when all is undone.
        Undo.endNew(entry, lease, fresh, files);
    }

    /** Takes everything back. The VM was never stopped. Never throws: what stays behind is recovery's to find. */
    List<String> undo() {
        closeFreshMonitor();
        return new Undo(host, method).run(vm(), entry, lease, fresh, files, sockets);
    }

    /** The switch was told to go and did not say what became of this VM: finds it out and settles it. */
    Recovery.Finding recover() {
        try {
            // Held, it would keep a new QEMU alive that was not committed.
            lease.close();
        } catch (IOException e) {
            // Closed in any case.
        }
        return new Recovery(host, options).recover(entry);
    }

    private void closeFreshMonitor() {
        if (freshMonitor != null) {
            try {
                freshMonitor.close();
            } catch (IOException e) {
                // Its QEMU has ended, which is noticed where it matters.
            }
            freshMonitor = null;
        }
    }

    private void close() throws IOException, JournalException {
        if (lease != null) {
            lease.close();
        }
        clearSockets();
        Directories.remove(files.directory());
        journal().close(vm().id().uuid());
    }

    private void clearSockets() throws IOException {
        Files.deleteIfExists(sockets.main());
        Files.deleteIfExists(sockets.cpr());
    }

    private Journal journal() {
        return host.journal();
    }
}
