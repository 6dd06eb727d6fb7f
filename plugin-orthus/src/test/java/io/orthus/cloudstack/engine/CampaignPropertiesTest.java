// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.engine;

import io.orthus.cloudstack.campaign.BlockedPolicy;
import io.orthus.cloudstack.campaign.Plan;
import io.orthus.protocol.OrderKind;
import io.orthus.protocol.Target;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/**
 * Whatever is lost, dies or is called off, in whatever order: hosts at once, VMs at once, canaries first, budget and
 * holds are kept at every moment, every campaign ends, and every VM is accounted for as what it really is.
 */
class CampaignPropertiesTest {
    /** More than any campaign of this size can take without anything going wrong any more. */
    private static final int ENOUGH = 20_000;

    @Property(tries = 200)
    void holdsWhateverHappens(
            @ForAll Random random,
            @ForAll("plans") Plan plan,
            @ForAll @IntRange(min = 1, max = 6) int hosts,
            @ForAll @IntRange(max = 5) int vms,
            @ForAll @IntRange(min = 1, max = 3) int servers,
            @ForAll @IntRange(max = 300) int trouble) {
        SimulatedCloud cloud = new SimulatedCloud(random, plan, hosts, vms, servers);
        for (int i = 0; i < trouble; i++) {
            cloud.disturb();
            cloud.live();
        }
        cloud.calm();
        for (int i = 0; i < ENOUGH && !cloud.campaign().state().ended(); i++) {
            cloud.resume();
            cloud.live();
        }
        cloud.checkEnd();
    }

    @Provide
    Arbitrary<Plan> plans() {
        return Combinators.combine(
                        Arbitraries.of(OrderKind.UPGRADE, OrderKind.UPGRADE, OrderKind.UPGRADE, OrderKind.PREFLIGHT),
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.of(0, 500),
                        Arbitraries.of(BlockedPolicy.class))
                .as((kind, hostsAtOnce, vmsAtOnce, canaries, budget, longest, onBlocked) -> new Plan(
                        kind,
                        Target.INSTALLED,
                        hostsAtOnce,
                        vmsAtOnce,
                        canaries,
                        budget,
                        longest,
                        onBlocked,
                        null,
                        null));
    }
}
