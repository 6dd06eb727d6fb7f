// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.withSettings;

import io.orthus.cloudstack.campaign.Campaign;
import io.orthus.cloudstack.campaign.CampaignRules;
import io.orthus.cloudstack.campaign.CampaignState;
import io.orthus.cloudstack.campaign.HostRun;
import io.orthus.cloudstack.campaign.HostState;
import io.orthus.cloudstack.campaign.Notice;
import io.orthus.cloudstack.campaign.Pace;
import io.orthus.cloudstack.campaign.Plan;
import io.orthus.cloudstack.campaign.Reply;
import io.orthus.cloudstack.campaign.VmRun;
import io.orthus.cloudstack.campaign.VmState;
import io.orthus.cloudstack.campaign.Whereabouts;
import io.orthus.protocol.Order;
import io.orthus.protocol.OrderCommand;
import io.orthus.protocol.OrderKind;
import io.orthus.protocol.StartOrderCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Hosts, VMs and several management servers that die, lose locks, messages and answers as chance has it, and watch while
 * they do so that nothing happens that must not. One thread, so that a seed replays everything.
 */
final class SimulatedCloud {
    private static final Pace PACE = new Pace(
            Duration.ofSeconds(2),
            Duration.ofSeconds(20),
            Duration.ofSeconds(15),
            Duration.ofSeconds(60),
            Duration.ofSeconds(120),
            Duration.ofSeconds(300),
            Duration.ofSeconds(90));

    final MemoryStore store = new MemoryStore();
    final List<Notice> notices = new ArrayList<>();
    final Map<Long, SimulatedHost> hosts = new LinkedHashMap<>();
    private final Random random;
    private final Set<String> locked = new HashSet<>();
    private final Map<Long, Integer> holds = new LinkedHashMap<>();
    private final List<Runnable> late = new ArrayList<>();
    private final List<Server> servers = new ArrayList<>();
    private boolean calm;
    private int depth;

    /** A management server ended in the middle of what it did. */
    @SuppressWarnings("serial")
    private static final class ServerDied extends RuntimeException {}

    SimulatedCloud(Random random, Plan plan, int hostCount, int vmsPerHost, int serverCount) {
        this.random = random;
        store.put(new Campaign(1, "campaign", plan, CampaignState.RUNNING, "", 0, 1, 1, store.now(), null, null, 0));
        for (long id = 1; id <= hostCount; id++) {
            HostRun run = new HostRun(
                    id,
                    "run" + id,
                    1,
                    id,
                    "host" + id,
                    "host" + id,
                    id <= plan.canaryHosts(),
                    HostState.WAITING,
                    0,
                    false,
                    null,
                    null,
                    store.now(),
                    0,
                    "",
                    null,
                    0);
            store.put(run);
            SimulatedHost host = new SimulatedHost(random, "host" + id, vmsPerHost, order -> begun(run.id(), order));
            host.extension = random.nextInt(15) != 0;
            hosts.put(id, host);
        }
        for (int i = 0; i < serverCount; i++) {
            servers.add(new Server(i));
        }
    }

    Campaign campaign() {
        return store.campaign(1).orElseThrow();
    }

    /** Some seconds of the cloud's life. */
    void live() {
        store.pass(Duration.ofMillis(random.nextInt(4000)));
        hosts.values().forEach(host -> {
            if (random.nextInt(3) > 0) {
                host.work();
            }
        });
        if (!late.isEmpty() && random.nextInt(3) == 0) {
            late.remove(random.nextInt(late.size())).run();
        }
        holds.keySet().removeIf(id -> !store.vm(id).state().held());
        holds.replaceAll((id, wait) -> wait - 1);
        holds.forEach((id, wait) -> {
            if (wait <= 0) {
                store.held(id);
            }
        });
        servers.get(random.nextInt(servers.size())).beat();
        watch();
    }

    /** From now on nothing goes wrong that has not gone wrong yet. */
    void calm() {
        calm = true;
    }

    /** Something an operator or fate does. */
    void disturb() {
        switch (random.nextInt(12)) {
            case 0 -> operator(CampaignState.PAUSED);
            case 1, 2 -> resume();
            case 3 -> {
                if (random.nextInt(10) == 0) {
                    operator(CampaignState.CANCELLING);
                }
            }
            case 4 -> {
                if (random.nextInt(10) == 0) {
                    hosts.get(1L + random.nextInt(hosts.size())).gone = true;
                }
            }
            case 5 -> holds.keySet().removeIf(id -> random.nextInt(4) == 0);
            default -> {
                // Mostly, nothing.
            }
        }
    }

    void resume() {
        if (campaign().state() == CampaignState.PAUSED) {
            store.save(CampaignRules.resumed(campaign(), store.tally(1), store.now()));
            store.wake(1);
        }
    }

    private void operator(CampaignState state) {
        if (campaign().state() == CampaignState.RUNNING || campaign().state() == CampaignState.PAUSED) {
            store.save(campaign().to(state, "by the operator", store.now()));
            store.wake(1);
        }
    }

    /** What must hold at every moment. */
    private void watch() {
        Plan plan = campaign().plan();
        assertThat(store.tally(1).active()).as("hosts at once").isLessThanOrEqualTo(plan.hostsAtOnce());
        for (HostRun host : store.allHosts()) {
            long held = store.vms(host.id()).stream()
                    .filter(vm -> vm.state().held())
                    .count();
            assertThat(held).as("VMs at once on %s", host.hostName()).isLessThanOrEqualTo(plan.vmsAtOnce());
            if (host.state().ended()) {
                assertThat(held)
                        .as("VMs held on %s, which is through", host.hostName())
                        .isZero();
            }
        }
        boolean canariesThrough = store.allHosts().stream()
                .noneMatch(host -> host.canary() && !host.state().ended());
        if (!canariesThrough) {
            assertThat(store.allHosts())
                    .filteredOn(host -> !host.canary())
                    .as("hosts that must wait for the canaries")
                    .allMatch(host -> host.state() == HostState.WAITING || host.state() == HostState.CANCELLED);
        }
    }

    /** What must hold when a host takes up an order. */
    private void begun(long hostRunId, Order order) {
        if (order.kind() == OrderKind.PREFLIGHT) {
            return;
        }
        assertThat(campaign().plan().dryRun()).as("a dry run moves nothing").isFalse();
        HostRun run = store.host(hostRunId);
        if (run.state() == HostState.FAILED) {
            return; // Given up: its VMs are UNKNOWN, and somebody has been told.
        }
        assertThat(order.token()).as("the current order").isEqualTo(run.token());
        assertThat(store.vms(hostRunId))
                .filteredOn(vm -> order.vms().contains(vm.uuid()))
                .hasSameSizeAs(order.vms())
                .as("VMs that are moved")
                .allMatch(vm -> vm.state() == VmState.MOVING);
    }

    /** What must hold when all is over. */
    void checkEnd() {
        assertThat(campaign().state().ended()).as("the campaign ends").isTrue();
        assertThat(store.allHosts()).allMatch(host -> host.state().ended());
        Map<String, VmRun> rows = new LinkedHashMap<>();
        store.allVms()
                .forEach(vm ->
                        assertThat(rows.put(vm.uuid(), vm)).as("one row per VM").isNull());
        boolean dryRun = campaign().plan().dryRun();
        for (HostRun run : store.allHosts()) {
            SimulatedHost host = hosts.get(run.hostId());
            if (run.state() == HostState.DONE) {
                assertThat(rows.keySet())
                        .as("VMs of %s", run.hostName())
                        .containsAll(host.onTarget().keySet());
            }
            host.onTarget().forEach((uuid, onTarget) -> checkEnd(rows.get(uuid), uuid, onTarget, dryRun));
            checkKvm(run, host);
        }
        long lost = rows.values().stream()
                .filter(vm -> vm.state() == VmState.LOST || vm.state() == VmState.UNKNOWN)
                .count();
        assertThat(notices.stream().filter(notice -> notice.kind() == Notice.Kind.VM_LOST))
                .as("somebody is told of each VM that is lost")
                .hasSizeGreaterThanOrEqualTo((int) lost);
    }

    /** That its KVM is exchanged is said of a host of which it is true, and, if it was not lost sight of, of each. */
    private static void checkKvm(HostRun run, SimulatedHost host) {
        boolean said = run.kvm() != null && run.kvm().done();
        if (run.state() == HostState.DONE || said) {
            assertThat(said).as("KVM of %s: %s", run.hostName(), run.kvm()).isEqualTo(host.exchanged());
        }
        if (said) {
            assertThat(run.kvm().from()).as("the KVM that went").isNotNull();
        }
    }

    private static void checkEnd(VmRun row, String uuid, boolean onTarget, boolean dryRun) {
        if (row == null) {
            assertThat(onTarget)
                    .as("%s was moved, but is accounted for nowhere", uuid)
                    .isFalse();
        } else if (row.state() != VmState.UNKNOWN) {
            assertThat(row.state().ended() || (dryRun && row.state() == VmState.READY))
                    .as("%s is %s", uuid, row.state())
                    .isTrue();
            boolean upgraded = row.state() == VmState.UPGRADED || row.state() == VmState.UP_TO_DATE;
            assertThat(onTarget)
                    .as("%s is %s, %s", uuid, row.state(), row.message())
                    .isEqualTo(upgraded);
        }
    }

    private void mayDie() {
        if (!calm && random.nextInt(60) == 0) {
            throw new ServerDied();
        }
    }

    private final class Server implements Locks, Hosts, Vms, Notices {
        private final int number;
        private final CampaignWorker campaigns = new CampaignWorker(store, this, this, this);
        private final HostWorker runs = new HostWorker(
                store,
                this,
                this,
                this,
                this,
                mock(Readiness.class, withSettings().stubOnly()),
                () -> PACE);

        Server(int number) {
            this.number = number;
        }

        void beat() {
            try {
                store.open().forEach(campaigns::work);
                store.due(10).forEach(runs::work);
            } catch (ServerDied e) {
                // Its holds end with it; another one, or itself after a restart, goes on.
                holds.keySet().removeIf(id -> id % servers.size() == number);
            }
        }

        @Override
        public void ifFree(String name, Runnable work) {
            boolean mine = locked.add(name);
            // Rarely the database connection that keeps a lock breaks, and two are at it at once.
            if (!mine && (calm || random.nextInt(10) > 0)) {
                return;
            }
            try {
                work.run();
            } finally {
                if (mine) {
                    locked.remove(name);
                }
            }
        }

        @Override
        public Optional<String> unfit(HostRun host) {
            mayDie();
            return random.nextInt(20) == 0 ? Optional.of("is in maintenance") : Optional.empty();
        }

        @Override
        public Reply ask(HostRun run, OrderCommand command) {
            if (command instanceof StartOrderCommand start && start.order().kind() != OrderKind.PREFLIGHT) {
                Campaign campaign = campaign();
                assertThat(campaign.budgetLeft(store.tally(1).failures()))
                        .as("the budget when an order is given")
                        .isNotNegative();
                assertThat(campaign.state()).isEqualTo(CampaignState.RUNNING);
            }
            mayDie();
            SimulatedHost host = hosts.get(run.hostId());
            if (host.gone || (!calm && random.nextInt(12) == 0)) {
                if (!host.gone && random.nextInt(3) == 0) {
                    late.add(() -> host.deliver(command));
                }
                return new Reply.Unreachable("timed out");
            }
            Reply reply = host.deliver(command);
            meanwhile();
            mayDie();
            return !calm && random.nextInt(15) == 0 ? new Reply.Unreachable("the answer was lost") : reply;
        }

        /** While one server waits for an answer, another one goes on. */
        private void meanwhile() {
            if (!calm && depth == 0 && random.nextInt(5) == 0) {
                depth++;
                servers.get(random.nextInt(servers.size())).beat();
                depth--;
            }
        }

        @Override
        public void hold(VmRun vm) {
            mayDie();
            holds.putIfAbsent(vm.id(), random.nextInt(25) == 0 ? 1000 : random.nextInt(4));
        }

        @Override
        public void sendAway(HostRun host, VmRun vm) {
            mayDie();
        }

        @Override
        public Whereabouts find(HostRun host, VmRun vm) {
            mayDie();
            return switch (random.nextInt(12)) {
                case 0, 1 -> Whereabouts.ELSEWHERE;
                case 2 -> Whereabouts.NOWHERE;
                default -> Whereabouts.HERE;
            };
        }

        @Override
        public void tell(Campaign campaign, Notice notice) {
            notices.add(notice);
        }

        @Override
        public void tell(Campaign campaign, HostRun host, Notice notice) {
            notices.add(notice);
        }
    }
}
