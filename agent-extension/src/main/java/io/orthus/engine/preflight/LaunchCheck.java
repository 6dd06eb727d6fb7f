// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.preflight;

import io.orthus.engine.launch.LaunchPlan;
import io.orthus.engine.launch.LaunchPlanner;
import io.orthus.engine.launch.VmNotCarriedException;
import io.orthus.engine.model.Blocker;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.qmp.QmpException;
import io.orthus.engine.trial.Trials;
import io.orthus.engine.vmm.Method;
import io.orthus.engine.vmm.Vmm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes the new QEMU's command line, without starting it for this VM: what cannot be carried over is found out here.
 * Then a throw-away VM of that shape is moved in its place, once for each pair of builds.
 */
public final class LaunchCheck implements Check {
    private static final String RESTART = "restart the VM to bring it onto the new QEMU";

    private final LaunchPlanner planner;
    private final KvmChoice choice;
    private final Trials trials;
    private final List<Check> devices;

    /**
     * Asks {@code planner}, for VMs on their way to the KVM that {@code choice} says, and {@code trials} if a command
     * line could be made.
     *
     * @param devices checks of devices; of a VM that one of them refuses no command line is made, because it would be
     *     refused for the same device, in other words
     */
    public LaunchCheck(LaunchPlanner planner, KvmChoice choice, Trials trials, List<Check> devices) {
        this.planner = planner;
        this.choice = choice;
        this.trials = trials;
        this.devices = List.copyOf(devices);
    }

    @Override
    public List<Blocker> check(VmFacts vm, Vmm target, Method method) throws IOException {
        for (Check check : devices) {
            if (!check.check(vm, target, method).isEmpty()) {
                return List.of();
            }
        }
        try {
            Path anySocket = vm.monitor().resolveSibling("cpr");
            LaunchPlan plan = planner.plan(vm, target, method, choice.of(vm), anySocket);
            return trials
                    .refusal(vm, plan, target, method)
                    .map(reason -> new Blocker(
                            "trial",
                            "a throw-away VM of this shape does not get over: " + reason,
                            "choose another target with --target, or " + RESTART))
                    .stream()
                    .toList();
        } catch (VmNotCarriedException e) {
            return e.reasons().stream()
                    .map(reason -> new Blocker("definition", reason, RESTART))
                    .toList();
        } catch (QmpException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
