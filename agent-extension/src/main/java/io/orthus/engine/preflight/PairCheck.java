// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.preflight;

import io.orthus.engine.model.Blocker;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.vmm.Method;
import io.orthus.engine.vmm.PairGate;
import io.orthus.engine.vmm.PairVerdict;
import io.orthus.engine.vmm.Vmm;
import java.util.List;

/** Some pairs of QEMU versions cannot exchange a VM in any mode; better known beforehand than found out. */
public final class PairCheck implements Check {
    private final PairGate gate;

    /** Uses the known pairs of {@code gate}. */
    public PairCheck(PairGate gate) {
        this.gate = gate;
    }

    @Override
    public List<Blocker> check(VmFacts vm, Vmm target, Method method) {
        PairVerdict verdict = gate.judge(vm.running().version(), target.version(), method);
        if (!verdict.refused()) {
            return List.of();
        }
        return List.of(new Blocker(
                "versions",
                verdict.reason(),
                "choose another target with --target, or restart the VM to bring it onto the new QEMU"));
    }
}
