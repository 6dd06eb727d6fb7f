// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import io.orthus.engine.model.Blocker;
import io.orthus.engine.model.VmPlan;
import io.orthus.engine.model.Vms;
import io.orthus.engine.vmm.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchesTest {
    private static Options options(int canaries, int batch) {
        return new Options(canaries, batch, 2, 0, Duration.ofMillis(500), Duration.ofSeconds(5));
    }

    private static List<List<String>> names(List<VmPlan> plans, Options options) {
        return Batches.of(plans, options).stream()
                .map(batch -> batch.stream().map(plan -> plan.vm().id().name()).toList())
                .toList();
    }

    @Test
    void canariesThenBatchesThenTransplantsAlone() {
        List<VmPlan> plans = new ArrayList<>();
        for (String name : List.of("e", "d", "c", "b", "a")) {
            plans.add(Vms.plan(name, Method.CPR_TRANSFER));
        }
        plans.add(Vms.plan("u", Method.TRANSPLANT));
        plans.add(Vms.plan("t", Method.TRANSPLANT));
        plans.add(Vms.plan("blocked", Method.CPR_TRANSFER).blockedBy(new Blocker("x", "y", "z")));

        assertThat(names(plans, options(1, 3)))
                .containsExactly(List.of("a"), List.of("b", "c", "d"), List.of("e"), List.of("t"), List.of("u"));
        assertThat(names(plans, options(0, 9)))
                .containsExactly(List.of("a", "b", "c", "d", "e"), List.of("t"), List.of("u"));
    }

    @Test
    void moreCanariesThanVms() {
        assertThat(names(List.of(Vms.plan("a", Method.SHARED_RAM)), options(5, 8)))
                .containsExactly(List.of("a"));
    }
}
