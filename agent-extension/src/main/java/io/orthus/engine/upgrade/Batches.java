// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import io.orthus.engine.model.VmPlan;
import io.orthus.engine.vmm.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Who goes when, and with whom: canaries first, then batches, transplants one by one at the end. */
final class Batches {
    /** Those with the shortest pause go first: if something is wrong, it is found out cheaply. */
    private static final Comparator<VmPlan> CHEAPEST_FIRST = Comparator.comparing(
                    (VmPlan plan) -> plan.predictedPause().orElse(Duration.ZERO))
            .thenComparing(plan -> plan.vm().ramBytes())
            .thenComparing(plan -> plan.vm().id().name());

    private Batches() {}

    /** Those plans that can be carried out, in groups that share a window each. */
    static List<List<VmPlan>> of(List<VmPlan> plans, Options options) {
        List<VmPlan> movable =
                plans.stream().filter(VmPlan::movable).sorted(CHEAPEST_FIRST).toList();
        List<VmPlan> together =
                movable.stream().filter(plan -> !isTransplant(plan)).toList();
        List<List<VmPlan>> batches = new ArrayList<>();
        int canaries = Math.min(options.canaries(), together.size());
        if (canaries > 0) {
            batches.add(together.subList(0, canaries));
        }
        for (int i = canaries; i < together.size(); i += options.batch()) {
            batches.add(together.subList(i, Math.min(i + options.batch(), together.size())));
        }
        // A transplant stops its guest when its copy is nearly done; it cannot wait there for another one's copy.
        movable.stream().filter(Batches::isTransplant).forEach(plan -> batches.add(List.of(plan)));
        return batches;
    }

    private static boolean isTransplant(VmPlan plan) {
        return plan.method().orElseThrow() == Method.TRANSPLANT;
    }
}
