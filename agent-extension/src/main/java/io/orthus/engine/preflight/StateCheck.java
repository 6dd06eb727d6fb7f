// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.preflight;

import io.orthus.engine.model.Blocker;
import io.orthus.engine.model.RunState;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.vmm.Method;
import io.orthus.engine.vmm.Vmm;
import java.util.List;

/** A VM is moved while it runs or is paused, and while nobody else works on it. */
public final class StateCheck implements Check {
    @Override
    public List<Blocker> check(VmFacts vm, Vmm target, Method method) {
        if (vm.job().isPresent()) {
            return List.of(new Blocker(
                    "job", vm.job().get() + " is under way", "wait until it has ended, or cancel it, then try again"));
        }
        if (vm.state() == RunState.OTHER) {
            return List.of(new Blocker(
                    "state",
                    "the VM is neither running nor paused",
                    "look at it with 'virsh domstate --reason', bring it up or shut it down"));
        }
        if (vm.state() == RunState.PAUSED && method == Method.TRANSPLANT) {
            return List.of(new Blocker(
                    "state",
                    "a paused VM whose RAM is not shareable would have to be copied while it is paused",
                    "resume it first, or leave it: it can be upgraded when it runs"));
        }
        return List.of();
    }
}
