// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.orthus.protocol.CancelOrderCommand;
import io.orthus.protocol.KvmExchange;
import io.orthus.protocol.OrderCommand;
import io.orthus.protocol.OrderKind;
import io.orthus.protocol.OrderReport;
import io.orthus.protocol.OrderState;
import io.orthus.protocol.PollOrderCommand;
import io.orthus.protocol.StartOrderCommand;
import io.orthus.protocol.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HostRulesTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Pace PACE = new Pace(
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(20),
            Duration.ofSeconds(120),
            Duration.ofSeconds(600),
            Duration.ofSeconds(1800),
            Duration.ofSeconds(1800));

    @Test
    void theVmWithTheShortestPauseGoesFirst() {
        Situation s = situation(CampaignState.RUNNING, host(false), vm(1, VmState.READY, 90), vm(2, VmState.READY, 30));
        Decision decision = HostRules.next(s);
        assertThat(decision.vms()).singleElement().satisfies(vm -> {
            assertThat(vm.id()).isEqualTo(2);
            assertThat(vm.state()).isEqualTo(VmState.HOLDING);
        });
        assertThat(decision.effects()).hasOnlyElementsOfType(Effect.Hold.class);
    }

    @Test
    void noOrderIsGivenBeforeTheVmIsHeld() {
        Situation waiting = situation(CampaignState.RUNNING, host(false), vm(1, VmState.HOLDING, 30));
        assertThat(commands(HostRules.next(waiting))).isEmpty();

        VmRun held = held(vm(1, VmState.HOLDING, 30), NOW);
        Decision decision = HostRules.next(situation(CampaignState.RUNNING, host(false), held));
        assertThat(decision.vms()).singleElement().satisfies(vm -> assertThat(vm.state())
                .isEqualTo(VmState.MOVING));
        assertThat(decision.host().token()).isEqualTo("run/3");
    }

    @Test
    void aHoldThatHasEndedIsAskedForAgain() {
        VmRun stale = held(vm(1, VmState.MOVING, 30), NOW.minusSeconds(60));
        assertThat(HostRules.next(situation(CampaignState.RUNNING, host(true), stale))
                        .effects())
                .hasAtLeastOneElementOfType(Effect.Hold.class);
    }

    @Test
    void aVmThatStaysBusyIsLeftAlone() {
        VmRun busy = new VmRun(
                1,
                1,
                "vm1",
                "vm1",
                VmState.HOLDING,
                NOW.minusSeconds(121),
                null,
                null,
                null,
                null,
                null,
                "",
                NOW,
                null);
        assertThat(HostRules.next(situation(CampaignState.RUNNING, host(false), busy))
                        .vms())
                .singleElement()
                .satisfies(vm -> assertThat(vm.state()).isEqualTo(VmState.NOT_BEGUN));
    }

    @Test
    void anOrderIsGivenAgainUntilTheHostKnowsIt() {
        VmRun moving = held(vm(1, VmState.MOVING, 30), NOW);
        assertThat(commands(HostRules.next(situation(CampaignState.RUNNING, host(false), moving))))
                .hasOnlyElementsOfType(StartOrderCommand.class);
        assertThat(commands(HostRules.next(situation(CampaignState.RUNNING, host(true), moving))))
                .hasOnlyElementsOfType(PollOrderCommand.class);
    }

    /** Its start may still be on the way; only calling it off makes sure that it begins nothing. */
    @Test
    void anOrderThatTheHostMayNotKnowIsCalledOffInAPause() {
        VmRun moving = held(vm(1, VmState.MOVING, 30), NOW);
        Situation paused = situation(CampaignState.PAUSED, host(false), moving);
        assertThat(commands(HostRules.next(paused))).hasOnlyElementsOfType(CancelOrderCommand.class);

        Reply unknown = new Reply.Answered(new OrderReport("run/2", OrderState.UNKNOWN, "", null, List.of()));
        assertThat(HostRules.heard(paused, new PollOrderCommand("run/2"), unknown)
                        .vms())
                .isEmpty();
        assertThat(HostRules.heard(paused, new CancelOrderCommand("run/2"), unknown)
                        .vms())
                .singleElement()
                .satisfies(vm -> assertThat(vm.state()).isEqualTo(VmState.READY));
    }

    @Test
    void aRoundThatIsUnderWayIsBroughtToItsEndInAPause() {
        VmRun moving = held(vm(1, VmState.MOVING, 30), NOW);
        assertThat(commands(HostRules.next(situation(CampaignState.PAUSED, host(true), moving))))
                .hasOnlyElementsOfType(PollOrderCommand.class);
    }

    /** VMs are reported one by one; what becomes of the KVM that they left comes last. */
    @Test
    void anOrderIsNotThroughWithItsLastVm() {
        VmRun moved = vm(1, VmState.UPGRADED, 30);
        Situation busy = situation(CampaignState.RUNNING, host(true), moved);
        Decision polls = HostRules.next(busy);
        assertThat(commands(polls)).hasOnlyElementsOfType(PollOrderCommand.class);
        assertThat(polls.host().state()).isEqualTo(HostState.WORKING);

        KvmExchange exchange = new KvmExchange("6.12.94", "6.12.117", true, "");
        Reply through = new Reply.Answered(new OrderReport("run/2", OrderState.DONE, "", null, List.of(), exchange));
        HostRun host =
                HostRules.heard(busy, new PollOrderCommand("run/2"), through).host();
        assertThat(host.kvm()).isEqualTo(exchange);
        assertThat(HostRules.next(situation(CampaignState.RUNNING, host, moved))
                        .host()
                        .state())
                .isEqualTo(HostState.DONE);
    }

    @Test
    void whatAHostWasDoingWhenItFellSilentIsUnknownAndTold() {
        HostRun silent = new HostRun(
                1,
                "run",
                1,
                7,
                "uuid",
                "host7",
                false,
                HostState.WORKING,
                2,
                true,
                NOW.minusSeconds(700),
                NOW.minusSeconds(601),
                NOW,
                0,
                "",
                null,
                0);
        Decision decision = HostRules.next(
                situation(CampaignState.RUNNING, silent, vm(1, VmState.MOVING, 30), vm(2, VmState.READY, 30)));
        assertThat(decision.vms())
                .extracting(VmRun::state)
                .containsExactlyInAnyOrder(VmState.UNKNOWN, VmState.NOT_BEGUN);
        assertThat(decision.host().state()).isEqualTo(HostState.FAILED);
        assertThat(decision.host().failures()).as("the VM and the host").isEqualTo(2);
        assertThat(decision.effects())
                .extracting(effect -> ((Effect.Tell) effect).notice().kind())
                .containsExactlyInAnyOrder(Notice.Kind.VM_LOST, Notice.Kind.HOST_FAILED);
    }

    @Test
    void aVmIsSentAwayOnceAndAgainWhenThatHasFailed() {
        VmRun leaving = vm(1, VmState.LEAVING, 30).asked(null);
        assertThat(HostRules.next(situation(CampaignState.RUNNING, host(false), leaving))
                        .effects())
                .hasExactlyElementsOfTypes(Effect.Find.class, Effect.SendAway.class);
        assertThat(HostRules.next(situation(CampaignState.RUNNING, host(false), leaving.asked(NOW.minusSeconds(119))))
                        .effects())
                .hasExactlyElementsOfTypes(Effect.Find.class);
        assertThat(HostRules.next(situation(CampaignState.RUNNING, host(false), leaving.asked(NOW.minusSeconds(121))))
                        .effects())
                .hasAtLeastOneElementOfType(Effect.SendAway.class);
    }

    @Test
    void onlyAVmThatRunsElsewhereHasLeft() {
        Situation s = situation(
                CampaignState.RUNNING,
                host(false),
                vm(1, VmState.LEAVING, 30),
                vm(2, VmState.LEAVING, 30),
                vm(3, VmState.LEAVING, 30));
        Decision decision =
                HostRules.found(s, Map.of(1L, Whereabouts.HERE, 2L, Whereabouts.ELSEWHERE, 3L, Whereabouts.NOWHERE));
        assertThat(decision.vms())
                .extracting(VmRun::id, VmRun::state)
                .containsExactly(tuple(2L, VmState.LEFT), tuple(3L, VmState.ENDED));
    }

    @Test
    void aHostWithoutTheExtensionIsNamed() {
        HostRun checking = host(false).to(HostState.CHECKING, "");
        Decision decision = HostRules.heard(
                situation(CampaignState.RUNNING, checking),
                new PollOrderCommand("run/2"),
                new Reply.Unsupported("the agent extension is not installed"));
        assertThat(decision.host().state()).isEqualTo(HostState.SKIPPED);
        assertThat(decision.host().message()).isEqualTo("the agent extension is not installed");
    }

    @Test
    void aHostWithoutVmsKeepsItsKvmAndIsNamed() {
        HostRun checking = host(true).to(HostState.CHECKING, "");
        Reply none = new Reply.Answered(new OrderReport("run/2", OrderState.DONE, "", null, List.of()));
        for (OrderKind kind : List.of(OrderKind.UPGRADE, OrderKind.PREFLIGHT)) {
            Campaign campaign = campaign(CampaignState.RUNNING, kind, new Target(null, "newest"));
            Situation s = new Situation(campaign, 0, checking, List.of(), PACE, NOW);
            HostRun host =
                    HostRules.heard(s, new PollOrderCommand("run/2"), none).host();
            assertThat(host.state()).isEqualTo(kind == OrderKind.UPGRADE ? HostState.SKIPPED : HostState.DONE);
        }
        Decision qemuOnly =
                HostRules.heard(situation(CampaignState.RUNNING, checking), new PollOrderCommand("run/2"), none);
        assertThat(qemuOnly.host().state()).isEqualTo(HostState.WORKING);
    }

    @Test
    void whatBecameOfTheKvmIsKeptOverAllRounds() {
        KvmExchange first = new KvmExchange("6.12.43", "6.12.48", false, "both are in use");
        KvmExchange last = new KvmExchange(null, "6.12.48", true, "unloaded");
        HostRun host = host(true);
        for (KvmExchange exchange : new KvmExchange[] {first, null, last}) {
            OrderReport report = new OrderReport("run/2", OrderState.DONE, "", null, List.of(), exchange);
            host = HostRules.heard(
                            situation(CampaignState.RUNNING, host, vm(1, VmState.MOVING, 30)),
                            new PollOrderCommand("run/2"),
                            new Reply.Answered(report))
                    .host();
        }
        assertThat(host.kvm()).isEqualTo(new KvmExchange("6.12.43", "6.12.48", true, "unloaded"));
    }

    @Test
    void vmsWithDevicesOfTheHostAreInEachOrderOfACampaignThatWantsThem() {
        Plan plan = new Plan(OrderKind.UPGRADE, Target.INSTALLED, 1, 1, 0, 0, 0, BlockedPolicy.SKIP, true, null, null);
        Campaign campaign = new Campaign(1, "c", plan, CampaignState.RUNNING, "", 0, 1, 1, NOW, null, null, 0);
        VmRun moving = held(vm(1, VmState.MOVING, 30), NOW);
        for (HostState state : List.of(HostState.CHECKING, HostState.WORKING)) {
            HostRun host =
                    new HostRun(1, "run", 1, 7, "uuid", "host7", false, state, 2, false, NOW, NOW, NOW, 0, "", null, 0);
            assertThat(commands(HostRules.next(new Situation(campaign, 0, host, List.of(moving), PACE, NOW))))
                    .singleElement()
                    .isInstanceOfSatisfying(StartOrderCommand.class, start -> assertThat(
                                    start.order().options().passthrough())
                            .isTrue());
        }
    }

    @Test
    void aRollbackGivesOrdersToRollBack() {
        VmRun moving = held(vm(1, VmState.MOVING, 30), NOW);
        Situation s = new Situation(
                campaign(CampaignState.RUNNING, OrderKind.ROLLBACK), 0, host(false), List.of(moving), PACE, NOW);
        assertThat(commands(HostRules.next(s)))
                .singleElement()
                .isInstanceOfSatisfying(
                        StartOrderCommand.class,
                        start -> assertThat(start.order().kind()).isEqualTo(OrderKind.ROLLBACK));
    }

    private static List<OrderCommand> commands(Decision decision) {
        return decision.effects().stream()
                .flatMap(effect -> effect instanceof Effect.Ask ask ? Stream.of(ask.command()) : Stream.empty())
                .toList();
    }

    private static Situation situation(CampaignState state, HostRun host, VmRun... vms) {
        return new Situation(campaign(state, OrderKind.UPGRADE), 0, host, List.of(vms), PACE, NOW);
    }

    private static Campaign campaign(CampaignState state, OrderKind kind) {
        return campaign(state, kind, Target.INSTALLED);
    }

    private static Campaign campaign(CampaignState state, OrderKind kind, Target target) {
        Plan plan = new Plan(kind, target, 1, 1, 0, 0, 0, BlockedPolicy.SKIP, false, null, null);
        return new Campaign(1, "c", plan, state, "", 0, 1, 1, NOW, null, null, 0);
    }

    private static HostRun host(boolean known) {
        return new HostRun(
                1, "run", 1, 7, "uuid", "host7", false, HostState.WORKING, 2, known, NOW, NOW, NOW, 0, "", null, 0);
    }

    private static VmRun vm(long id, VmState state, double pause) {
        return new VmRun(
                id, 1, "vm" + id, "vm" + id, state, NOW, null, pause, null, null, null, "", NOW.minusSeconds(60), null);
    }

    private static VmRun held(VmRun vm, Instant seen) {
        return new VmRun(
                vm.id(),
                1,
                vm.uuid(),
                vm.name(),
                vm.state(),
                vm.since(),
                null,
                vm.predictedPauseMs(),
                null,
                null,
                null,
                "",
                vm.holdAsked(),
                seen);
    }
}
