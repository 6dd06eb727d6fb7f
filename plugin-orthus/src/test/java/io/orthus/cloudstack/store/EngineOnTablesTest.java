// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.orthus.cloudstack.campaign.BlockedPolicy;
import io.orthus.cloudstack.campaign.Campaign;
import io.orthus.cloudstack.campaign.CampaignState;
import io.orthus.cloudstack.campaign.HostRun;
import io.orthus.cloudstack.campaign.Notice;
import io.orthus.cloudstack.campaign.Pace;
import io.orthus.cloudstack.campaign.Plan;
import io.orthus.cloudstack.campaign.Reply;
import io.orthus.cloudstack.campaign.VmRun;
import io.orthus.cloudstack.campaign.VmState;
import io.orthus.cloudstack.campaign.Whereabouts;
import io.orthus.cloudstack.engine.CampaignWorker;
import io.orthus.cloudstack.engine.HostWorker;
import io.orthus.cloudstack.engine.Hosts;
import io.orthus.cloudstack.engine.Locks;
import io.orthus.cloudstack.engine.Notices;
import io.orthus.cloudstack.engine.Vms;
import io.orthus.lab.mariadb.MariaDb;
import io.orthus.protocol.Builds;
import io.orthus.protocol.Order;
import io.orthus.protocol.OrderCommand;
import io.orthus.protocol.OrderKind;
import io.orthus.protocol.OrderReport;
import io.orthus.protocol.OrderState;
import io.orthus.protocol.StartOrderCommand;
import io.orthus.protocol.Target;
import io.orthus.protocol.Verdict;
import io.orthus.protocol.VmReport;
import io.orthus.protocol.VmResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The engine on the real tables: an upgrade and its rollback, with hosts that do at once what they are told. */
class EngineOnTablesTest implements Locks, Hosts, Vms, Notices {
    private static final Builds OLD = new Builds("10.0.2", null);
    private static final Builds NEW = new Builds("11.1.3", null);
    private static final Duration HOUR = Duration.ofHours(1);
    /** Nothing waits for time to pass: whatever is looked at again is due at once. */
    private static final Pace PACE = new Pace(Duration.ZERO, Duration.ZERO, HOUR, HOUR, HOUR, HOUR, HOUR);
    /** More beats than these campaigns need. */
    private static final int ENOUGH = 200;

    private static MariaDb database;
    private static Connections connections;

    private final JdbcCampaignStore store = new JdbcCampaignStore(connections);
    private final CampaignRegister register = new CampaignRegister(connections);
    private final JdbcReadiness readiness = new JdbcReadiness(connections);
    private final List<Notice> notices = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        database = MariaDb.start();
        connections = CloudSchema.create(database, "cloud");
        Schema.migrate(connections);
    }

    @AfterAll
    static void stop() {
        if (database != null) {
            database.close();
        }
    }

    @Test
    void anUpgradeAndItsRollbackRunToTheirEnd() throws Exception {
        List<NewHost> hosts = List.of(new NewHost(1, "u1", "host1"), new NewHost(2, "u2", "host2"));
        Campaign upgrade = register.create(plan(OrderKind.UPGRADE), 1, 1, hosts);

        run(upgrade);

        assertThat(register.vmCounts(upgrade.id())).isEqualTo(Map.of(VmState.UPGRADED, 6));
        assertThat(register.vms(upgrade.id(), null, 0, 10).rows()).allSatisfy(hosted -> {
            VmRun vm = hosted.vm();
            assertThat(hosted.hostName()).startsWith("host");
            assertThat(vm.from()).isEqualTo(OLD);
            assertThat(vm.to()).isEqualTo(NEW);
            assertThat(vm.pauseMs()).isEqualTo(29.5);
        });
        assertThat(readiness.versions()).containsExactly(new VersionCount(NEW.qemu(), NEW.kvm(), 6, 2));
        assertThat(readiness.vms(null, Verdict.UP_TO_DATE, null, null, 0, 10).count())
                .isEqualTo(6);

        Campaign rollback = register.createRollback(upgrade, plan(OrderKind.ROLLBACK), 1, 1);
        run(rollback);

        assertThat(register.vms(rollback.id(), VmState.UPGRADED, 0, 10).rows())
                .hasSize(6)
                .allSatisfy(hosted -> assertThat(hosted.vm().to()).isEqualTo(OLD));
        assertThat(readiness.versions()).containsExactly(new VersionCount(OLD.qemu(), OLD.kvm(), 6, 2));
        assertThat(readiness.vms(null, Verdict.UP_TO_DATE, null, null, 0, 10).count())
                .isZero();
        assertThat(notices).extracting(Notice::kind).containsOnly(Notice.Kind.ENDED);
    }

    private void run(Campaign campaign) {
        CampaignWorker campaigns = new CampaignWorker(store, this, this, this);
        HostWorker hosts = new HostWorker(store, this, this, this, this, readiness, () -> PACE);
        for (int beat = 0; beat < ENOUGH && !store.open().isEmpty(); beat++) {
            store.open().forEach(campaigns::work);
            store.due(10).forEach(hosts::work);
        }
        assertThat(store.campaign(campaign.id()).orElseThrow().state()).isEqualTo(CampaignState.FINISHED);
    }

    private static Plan plan(OrderKind kind) {
        int canaries = kind == OrderKind.UPGRADE ? 1 : 0;
        return new Plan(kind, Target.INSTALLED, 2, 2, canaries, 0, 500, BlockedPolicy.SKIP, false, null, null);
    }

    @Override
    public void ifFree(String name, Runnable work) {
        work.run();
    }

    @Override
    public Optional<String> unfit(HostRun host) {
        return Optional.empty();
    }

    @Override
    public Reply ask(HostRun host, OrderCommand command) {
        Order order = ((StartOrderCommand) command).order();
        List<VmReport> vms = new ArrayList<>();
        if (order.kind() == OrderKind.PREFLIGHT) {
            for (int i = 0; i < 3; i++) {
                vms.add(new VmReport(
                        host.hostName() + "-" + i,
                        "i-2-" + i + "-VM",
                        OLD,
                        Verdict.READY,
                        "cpr-transfer",
                        "",
                        30.0,
                        List.of(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null));
            }
        }
        boolean upgrade = order.kind() == OrderKind.UPGRADE;
        order.vms()
                .forEach(vm -> vms.add(new VmReport(
                        vm,
                        vm,
                        upgrade ? NEW : OLD,
                        null,
                        "cpr-transfer",
                        "",
                        null,
                        List.of(),
                        "done",
                        VmResult.UPGRADED,
                        "",
                        upgrade ? OLD : NEW,
                        29.5,
                        900.0)));
        return new Reply.Answered(new OrderReport(order.token(), OrderState.DONE, "", null, vms));
    }

    @Override
    public void hold(VmRun vm) {
        assertThat(store.held(Set.of(vm.id()))).containsExactly(vm.id());
    }

    @Override
    public void sendAway(HostRun host, VmRun vm) {}

    @Override
    public Whereabouts find(HostRun host, VmRun vm) {
        return Whereabouts.ELSEWHERE;
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
