// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.preflight;

import io.orthus.engine.launch.LaunchPlanner;
import io.orthus.engine.launch.VmNotCarriedException;
import io.orthus.engine.model.Blocker;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.qmp.QmpException;
import io.orthus.engine.vmm.Method;
import io.orthus.engine.vmm.Vmm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Makes the new QEMU's command line without starting it: what cannot be carried over is found out here. */
public final class LaunchCheck implements Check {
    private final LaunchPlanner planner;

    /** Asks {@code planner}. */
    public LaunchCheck(LaunchPlanner planner) {
        this.planner = planner;
    }

    @Override
    public List<Blocker> check(VmFacts vm, Vmm target, Method method) throws IOException {
        try {
            Path anySocket = vm.monitor().resolveSibling("cpr");
            planner.plan(vm, target, method, anySocket);
            return List.of();
        } catch (VmNotCarriedException e) {
            return e.reasons().stream()
                    .map(reason -> new Blocker("definition", reason, "restart the VM to bring it onto the new QEMU"))
                    .toList();
        } catch (QmpException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
