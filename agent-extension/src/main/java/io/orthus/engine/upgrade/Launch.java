// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import io.orthus.engine.adopt.SwitchFiles;
import io.orthus.engine.graft.GraftException;
import io.orthus.engine.graft.MigrationSockets;
import io.orthus.engine.launch.LaunchPlan;
import io.orthus.engine.launch.LaunchPlanner;
import io.orthus.engine.launch.Launcher;
import io.orthus.engine.launch.NewVmm;
import io.orthus.engine.launch.VmNotCarriedException;
import io.orthus.engine.model.VmPlan;
import io.orthus.engine.qmp.QmpException;
import io.orthus.engine.sys.Deadline;
import io.orthus.engine.sys.ProcessId;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Starts the new QEMU of one VM, with the gate that keeps its taps undisturbed. */
final class Launch {
    private final Host host;
    private final VmPlan plan;
    private final MigrationSockets sockets;
    private final SwitchFiles files;

    Launch(Host host, VmPlan plan, MigrationSockets sockets, SwitchFiles files) {
        this.host = host;
        this.plan = plan;
        this.sockets = sockets;
        this.files = files;
    }

    NewVmm start(Deadline deadline) throws GraftException, QmpException, IOException {
        // Read before libvirt is asked about this VM's QEMU: if both are well, it is this daemon that is connected to
        // it.
        ProcessId daemon = host.daemon()
                .mainProcess()
                .orElseThrow(() -> new GraftException("start", host.daemon().unit() + " does not run; try again"));
        LaunchPlan launch;
        try {
            launch = new LaunchPlanner(host.libvirt())
                    .plan(plan.vm(), plan.target(), plan.method().orElseThrow(), plan.kvm(), sockets.cpr());
        } catch (VmNotCarriedException e) {
            throw new GraftException("start", String.join("; ", e.reasons()), e);
        }
        Map<String, Optional<String>> environment = Map.of(
                "LD_PRELOAD", Optional.of(host.layout().tapGate().toString()),
                "ORTHUS_TAPGATE_SOCKET", Optional.of(sockets.main().toString()));
        return Launcher.start(
                host.layout().vmmExec(),
                launch.toDocument(
                        plan.vm().process(),
                        environment,
                        new LaunchPlan.Guards(
                                files.lease(), files.newProcess(), host.layout().uncommitted(), daemon)),
                plan.vm().id().name(),
                launch.afterNew(),
                deadline);
    }
}
