// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.inventory;

import io.orthus.engine.model.VmFacts;
import io.orthus.engine.vmm.Vmm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A QEMU build that VMs of this host run.
 *
 * @param running the build
 * @param vms how many VMs run it, at least one
 * @param installed what lies at its path now; empty if nothing usable does
 */
public record Build(Vmm running, int vms, Optional<Vmm> installed) {
    /** Finds out what is installed at a build's path. */
    @FunctionalInterface
    public interface Prober {
        Optional<Vmm> probe(Vmm running);
    }

    /** Whether its VMs do not run what a VM started now would run. */
    public boolean outdated() {
        return running.deleted()
                || installed
                        .filter(vmm -> vmm.version().equals(running.version()))
                        .isEmpty();
    }

    /** All builds that these VMs run, in the order in which they occur. */
    public static List<Build> of(List<VmFacts> vms, Prober prober) {
        Map<Vmm, Integer> counts = new LinkedHashMap<>();
        vms.forEach(vm -> counts.merge(vm.running(), 1, Integer::sum));
        List<Build> builds = new ArrayList<>();
        counts.forEach((running, count) -> builds.add(new Build(running, count, prober.probe(running))));
        return List.copyOf(builds);
    }
}
