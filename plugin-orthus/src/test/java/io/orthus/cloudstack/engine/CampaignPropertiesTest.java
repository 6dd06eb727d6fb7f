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
import net.jqwik.api.Tag;

/**
 * Whatever is lost, dies or is called off, in whatever order: hosts at once, VMs at once, canaries first, budget and
 * holds are kept at every moment, every campaign ends, and every VM is accounted for as what it really is.
 */
class CampaignPropertiesTest {
    /** More than any campaign of this size can take without anything going wrong any more. */
    private static final int ENOUGH = 20_000;

    /**
     * One cloud and what happens to it.
     *
     * @param random decides on everything that happens by chance
     * @param trouble how long things go wrong
     */
    record Story(Random random, Plan plan, int hosts, int vms, int servers, int trouble) {}

    /** Always the same stories, so that a change is judged by itself and not by chance. */
    @Property(tries = 200, seed = "20261122")
    void holdsWhateverHappens(@ForAll("stories") Story story) {
        tell(story);
    }

    /** New stories each time. What fails prints its seed; a rule that it breaks gets an example of its own. */
    @Tag("long")
    @Property(tries = 5_000)
    void holdsWhateverElseHappens(@ForAll("stories") Story story) {
        tell(story);
    }

    private static void tell(Story story) {
        SimulatedCloud cloud =
                new SimulatedCloud(story.random(), story.plan(), story.hosts(), story.vms(), story.servers());
        for (int i = 0; i < story.trouble(); i++) {
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

    /** What is to become of VMs. */
    private record Ends(BlockedPolicy onBlocked, Target target) {}

    @Provide
    Arbitrary<Story> stories() {
        return Combinators.combine(
                        Arbitraries.randoms(),
                        plans(),
                        Arbitraries.integers().between(1, 6),
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.integers().between(0, 300))
                .as(Story::new);
    }

    private static Arbitrary<Plan> plans() {
        return Combinators.combine(
                        Arbitraries.of(OrderKind.UPGRADE, OrderKind.UPGRADE, OrderKind.UPGRADE, OrderKind.PREFLIGHT),
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.of(0, 500),
                        Combinators.combine(
                                        Arbitraries.of(BlockedPolicy.class),
                                        Arbitraries.of(Target.INSTALLED, new Target(null, Target.NEWEST)))
                                .as(Ends::new))
                .as((kind, hostsAtOnce, vmsAtOnce, canaries, budget, longest, ends) -> new Plan(
                        kind,
                        ends.target(),
                        hostsAtOnce,
                        vmsAtOnce,
                        canaries,
                        budget,
                        longest,
                        ends.onBlocked(),
                        false,
                        null,
                        null));
    }
}
