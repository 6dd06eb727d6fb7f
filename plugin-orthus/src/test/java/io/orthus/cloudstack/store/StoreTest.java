// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orthus.cloudstack.campaign.BlockedPolicy;
import io.orthus.cloudstack.campaign.Campaign;
import io.orthus.cloudstack.campaign.CampaignState;
import io.orthus.cloudstack.campaign.HostRun;
import io.orthus.cloudstack.campaign.HostState;
import io.orthus.cloudstack.campaign.Pace;
import io.orthus.cloudstack.campaign.Plan;
import io.orthus.cloudstack.campaign.Tally;
import io.orthus.cloudstack.campaign.VmRun;
import io.orthus.cloudstack.campaign.VmState;
import io.orthus.lab.mariadb.MariaDb;
import io.orthus.protocol.Builds;
import io.orthus.protocol.HostBuilds;
import io.orthus.protocol.KvmExchange;
import io.orthus.protocol.Obstacle;
import io.orthus.protocol.OrderKind;
import io.orthus.protocol.OrderReport;
import io.orthus.protocol.OrderState;
import io.orthus.protocol.Target;
import io.orthus.protocol.Verdict;
import io.orthus.protocol.VmReport;
import io.orthus.protocol.VmResult;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The tables on a real MariaDB. */
class StoreTest {
    /** Goes through the store as it is. */
    private static final Pace PACE = null;

    private static final Builds OLD = new Builds("10.0.2", "6.12.43");
    private static final Builds NEW = new Builds("11.1.3", "6.12.48");

    private static MariaDb database;
    private static int schemas;

    private Connections connections;
    private JdbcCampaignStore store;
    private CampaignRegister register;

    @BeforeAll
    static void start() throws Exception {
        database = MariaDb.start();
    }

    @AfterAll
    static void stop() {
        if (database != null) {
            database.close();
        }
    }

    @BeforeEach
    void migrate() throws Exception {
        connections = CloudSchema.create(database, "cloud" + schemas++);
        Schema.migrate(connections);
        store = new JdbcCampaignStore(connections);
        register = new CampaignRegister(connections);
    }

    @Test
    void severalServersMayMigrateAtOnce() throws Exception {
        Connections fresh = CloudSchema.create(database, "cloud" + schemas++);
        int servers = 6;
        CyclicBarrier together = new CyclicBarrier(servers);
        ExecutorService pool = Executors.newFixedThreadPool(servers);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < servers; i++) {
                all.add(pool.submit(() -> {
                    together.await();
                    Schema.migrate(fresh);
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            pool.shutdown();
        }
        List<String> applied = Sql.inTransaction(
                fresh,
                sql -> sql.query(
                        "SELECT version FROM orthus_schema_history WHERE success AND type = 'SQL'",
                        row -> row.getString(1)));
        assertThat(applied).doesNotHaveDuplicates().contains("1");
    }

    /** Another server has made Flyway's table, and not yet its first row. */
    @Test
    void aServerWaitsForOneThatHasJustBegun() throws Exception {
        Connections fresh = CloudSchema.create(database, "cloud" + schemas++);
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try (Connection other = fresh.open();
                Statement statement = other.createStatement()) {
            statement.execute("SELECT GET_LOCK('" + Schema.LOCK + "', 0)");
            statement.execute(
                    "CREATE TABLE orthus_schema_history LIKE cloud%d.orthus_schema_history".formatted(schemas - 2));
            Future<?> migration = pool.submit(() -> Schema.migrate(fresh));
            while (!migration.isDone() && !waitsForALock(statement)) {
                Thread.sleep(20);
            }
            assertThat(migration).isNotDone();

            statement.execute("DROP TABLE orthus_schema_history");
            statement.execute("SELECT RELEASE_LOCK('" + Schema.LOCK + "')");
            migration.get(1, TimeUnit.MINUTES);
        } finally {
            pool.shutdown();
        }
    }

    private static boolean waitsForALock(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT 1 FROM information_schema.processlist"
                + " WHERE db = DATABASE() AND id <> CONNECTION_ID() AND info LIKE 'SELECT GET_LOCK(%'")) {
            return row.next();
        }
    }

    @Test
    void whoeverIsRolledBackBecauseOfOthersBeginsAgain() throws Exception {
        Sql.inTransaction(connections, sql -> sql.update("INSERT INTO host VALUES (1), (2)"));
        CyclicBarrier both = new CyclicBarrier(2);
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            Future<?> one = pool.submit(() -> lockBoth(1, 2, both));
            Future<?> other = pool.submit(() -> lockBoth(2, 1, both));
            one.get(1, TimeUnit.MINUTES);
            other.get(1, TimeUnit.MINUTES);
        } finally {
            pool.shutdownNow();
        }
    }

    /** Takes two locks, and waits in between, the first time, until the other has taken its first. */
    private void lockBoth(long first, long second, CyclicBarrier both) {
        AtomicBoolean again = new AtomicBoolean();
        Sql.inTransaction(connections, sql -> {
            lock(sql, first);
            if (!again.getAndSet(true)) {
                try {
                    both.await(1, TimeUnit.MINUTES);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
            return lock(sql, second);
        });
    }

    private static boolean lock(Sql sql, long id) throws SQLException {
        return sql.one("SELECT id FROM host WHERE id = ? FOR UPDATE", row -> row.getLong(1), id)
                .isPresent();
    }

    @Test
    void migratesAgainWithoutHarm() {
        Campaign campaign = create(plan(OrderKind.UPGRADE, 0), 1);
        Schema.migrate(connections);
        assertThat(store.campaign(campaign.id())).contains(campaign);
    }

    @Test
    void aCampaignIsReadAsItWasWritten() {
        Instant later = Instant.parse("2026-12-24T18:00:00.123Z");
        Plan plan = new Plan(
                OrderKind.UPGRADE,
                new Target("11.1.3", "6.12.48"),
                3,
                4,
                1,
                2,
                500,
                BlockedPolicy.MIGRATE,
                true,
                later,
                later.plusSeconds(3600));

        Campaign campaign = create(plan, 2);

        assertThat(store.campaign(campaign.id())).contains(campaign);
        assertThat(register.find(campaign.uuid())).contains(campaign);
        assertThat(store.open()).containsExactly(campaign.id());
        assertThat(store.tally(campaign.id())).isEqualTo(new Tally(2, 1, 0, 0, 1, 0, 0));
    }

    @Test
    void onlyOneOfTwoThatReadTheSameRowWrites() {
        Campaign campaign = create(plan(OrderKind.UPGRADE, 0), 1);
        assertThat(store.save(campaign.to(CampaignState.PAUSED, "a", store.now())))
                .isTrue();
        assertThat(store.save(campaign.to(CampaignState.CANCELLING, "b", store.now())))
                .isFalse();

        HostRun host = store.waiting(campaign.id(), false, 1).get(0);
        VmRun vm = vm(host, "one");
        assertThat(store.save(host.to(HostState.WORKING, ""), List.of(vm))).isTrue();
        assertThat(store.save(host.to(HostState.FAILED, ""), List.of(vm(host, "two"))))
                .isFalse();

        assertThat(store.campaign(campaign.id()).orElseThrow().message()).isEqualTo("a");
        assertThat(host(host.id()).state()).isEqualTo(HostState.WORKING);
        assertThat(vms(host.id())).extracting(VmRun::uuid).containsExactly("one");
    }

    @Test
    void aVmIsReadAsItWasWritten() {
        HostRun host = working(create(plan(OrderKind.UPGRADE, 0), 1));
        store.save(host, List.of(vm(host, "one")));
        VmRun stored = vms(host.id()).get(0);
        VmRun moved = new VmRun(
                stored.id(),
                host.id(),
                "one",
                "i-2-one-VM",
                VmState.UPGRADED,
                Instant.parse("2026-11-22T10:00:00Z"),
                "cpr-transfer",
                30.5,
                29.25,
                OLD,
                NEW,
                "runs on 11.1.3",
                null,
                null);

        store.save(host(host.id()), List.of(moved));

        assertThat(vms(host.id())).containsExactly(moved);
    }

    @Test
    void aHoldIsNotedWhileItIsWantedAndNoLonger() {
        HostRun host = working(create(plan(OrderKind.UPGRADE, 0), 1));
        store.save(host, List.of(vm(host, "one")));
        VmRun ready = vms(host.id()).get(0);
        assertThat(store.held(Set.of(ready.id())))
                .as("a VM that nobody wants held")
                .isEmpty();

        save(host, ready.to(VmState.HOLDING, "", store.now()));
        assertThat(store.held(Set.of(ready.id()))).containsExactly(ready.id());
        VmRun held = vms(host.id()).get(0);
        assertThat(held.holdSeen()).isNotNull();

        save(host, held.to(VmState.MOVING, "", store.now()));
        assertThat(vms(host.id()).get(0).holdSeen())
                .as("kept while it is moved")
                .isNotNull();

        save(host, held.to(VmState.UPGRADED, "", store.now()));
        assertThat(store.held(Set.of(ready.id()))).isEmpty();
        assertThat(vms(host.id()).get(0).holdSeen()).isNull();
    }

    @Test
    void ofManyHoldsThoseGoOnWhoseRowsSayIt() {
        HostRun host = working(create(plan(OrderKind.UPGRADE, 0), 1));
        List<VmRun> fresh = new ArrayList<>();
        // More than go to the database in one piece.
        for (int i = 0; i < 2 * Sql.PIECE + 1; i++) {
            fresh.add(vm(host, "vm" + i).to(i % 3 == 0 ? VmState.READY : VmState.HOLDING, "", store.now()));
        }
        store.save(host, fresh);
        List<VmRun> vms = vms(host.id());

        Set<Long> held = store.held(vms.stream().map(VmRun::id).collect(Collectors.toSet()));

        assertThat(held)
                .containsExactlyInAnyOrderElementsOf(vms.stream()
                        .filter(vm -> vm.state() == VmState.HOLDING)
                        .map(VmRun::id)
                        .toList());
        assertThat(vms(host.id())).allMatch(vm -> held.contains(vm.id()) == (vm.holdSeen() != null));
    }

    @Test
    void rowsThatAreWrittenTogetherKeepTheirOwnValues() throws Exception {
        Campaign campaign = create(plan(OrderKind.UPGRADE, 0), 1);
        HostRun host = working(campaign);
        Instant now = store.now();
        store.save(
                host,
                List.of(
                        vm(host, "one").to(VmState.MOVING, "", now),
                        vm(host, "two").to(VmState.MOVING, "", now)));
        store.held(vms(host.id()).stream().map(VmRun::id).collect(Collectors.toSet()));
        List<VmRun> before = vms(host.id());
        VmRun one = before.get(0).to(VmState.UPGRADED, "done", now.plusSeconds(1));
        VmRun two = before.get(1).to(VmState.MOVING, "switching – „now“", now.plusSeconds(2));

        store.save(host(host.id()), List.of(two, vm(host, "three"), one));

        assertThat(vms(host.id())).startsWith(one, two).hasSize(3);
        assertThat(two.holdSeen()).isNotNull();
        requireCounted();
    }

    @Test
    void onlyHostsUnderWayAreDue() {
        Campaign campaign = create(plan(OrderKind.UPGRADE, 0), 3);
        List<HostRun> hosts = store.waiting(campaign.id(), false, 3);
        store.save(hosts.get(0).newOrder(store.now()).to(HostState.CHECKING, ""), List.of());
        store.save(
                hosts.get(1)
                        .newOrder(store.now())
                        .to(HostState.CHECKING, "")
                        .due(store.now().plusSeconds(600)),
                List.of());

        assertThat(store.due(10)).containsExactly(hosts.get(0).id());
        store.wake(campaign.id());
        assertThat(store.due(10))
                .containsExactlyInAnyOrder(hosts.get(0).id(), hosts.get(1).id());
    }

    @Test
    void aHostIsInOneCampaignAtATime() throws Exception {
        Campaign first = create(plan(OrderKind.UPGRADE, 0), 2);

        assertThatThrownBy(() -> register.create(plan(OrderKind.UPGRADE, 0), 1, 1, hosts(1)))
                .isInstanceOf(HostTakenException.class);
        assertThat(register.list(null, 0, 10).count()).as("nothing is entered").isEqualTo(1);
        register.create(plan(OrderKind.PREFLIGHT, 0), 1, 1, hosts(2));

        store.cancelWaiting(first.id());
        register.create(plan(OrderKind.UPGRADE, 0), 1, 1, hosts(2));
        assertThat(register.list(null, 0, 10).count()).isEqualTo(3);
    }

    @Test
    void aRollbackHasWhatWasUpgraded() throws Exception {
        Campaign campaign = create(plan(OrderKind.UPGRADE, 0), 2);
        List<HostRun> hosts = store.waiting(campaign.id(), false, 2);
        HostRun host = hosts.get(1);
        store.save(host.to(HostState.WORKING, ""), List.of(vm(host, "one"), vm(host, "two")));
        VmRun one = vms(host.id()).get(0);
        HostRun through = host(host.id()).to(HostState.DONE, "");
        store.save(through, List.of(one.to(VmState.UPGRADED, "", store.now())));
        store.cancelWaiting(campaign.id());

        Campaign rollback = register.createRollback(campaign, plan(OrderKind.ROLLBACK, 0), 1, 1);

        assertThat(rollback.rollbackOf()).isEqualTo(campaign.uuid());
        HostRun back = register.hosts(rollback.id(), null, 0, 10).rows().get(0);
        assertThat(back.hostId()).isEqualTo(host.hostId());
        assertThat(register.hosts(rollback.id(), null, 0, 10).count()).isEqualTo(1);
        assertThat(vms(back.id())).singleElement().satisfies(vm -> {
            assertThat(vm.uuid()).isEqualTo("one");
            assertThat(vm.state()).isEqualTo(VmState.READY);
        });
    }

    @Test
    void manyHostsAreEnteredAndListedInPages() {
        Campaign campaign = create(plan(OrderKind.UPGRADE, 0), 1203);

        assertThat(store.tally(campaign.id()).waiting()).isEqualTo(1203);
        Page<HostRun> page = register.hosts(campaign.id(), HostState.WAITING, 1200, 50);
        assertThat(page.count()).isEqualTo(1203);
        assertThat(page.rows()).extracting(HostRun::hostId).containsExactly(1201L, 1202L, 1203L);
    }

    @Test
    void readinessIsWhatTheHostSaidLast() {
        HostRun host = working(create(plan(OrderKind.PREFLIGHT, 0), 1));
        JdbcReadiness readiness = new JdbcReadiness(connections);
        HostBuilds builds = new HostBuilds("0.1.0", "6.12.43", List.of("10.0.2"), List.of(), "6.12.48");
        readiness.seen(host, report(builds, report("one", Verdict.READY, OLD), report("two", Verdict.READY, OLD)));
        readiness.seen(host, report(builds, report("one", Verdict.BLOCKED, OLD), report("three", Verdict.READY, NEW)));

        assertThat(readiness.vms(null, null, null, null, 0, 10).rows())
                .extracting(VmReadiness::uuid, VmReadiness::verdict, VmReadiness::message)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("one", Verdict.BLOCKED, "job: busy (wait)"),
                        org.assertj.core.groups.Tuple.tuple("three", Verdict.READY, ""));
        assertThat(readiness.vms(null, null, "10.0.2", null, 0, 10).count()).isEqualTo(1);
        assertThat(readiness.vms(999L, null, null, null, 0, 10).count()).isZero();
        assertThat(readiness.versions())
                .containsExactlyInAnyOrder(
                        new VersionCount("10.0.2", "6.12.43", 1, 1), new VersionCount("11.1.3", "6.12.48", 1, 1));
    }

    @Test
    void hostsAreListedWithWhatTheirVmsRunOn() {
        Campaign campaign = create(plan(OrderKind.PREFLIGHT, 0), 3);
        JdbcReadiness readiness = new JdbcReadiness(connections);
        HostBuilds builds = new HostBuilds("0.1.0", "6.12.43", List.of("10.0.2"), List.of(), "6.12.48");
        List<HostRun> hosts = register.hosts(campaign.id(), null, 0, 10).rows();
        readiness.seen(hosts.get(0), report(builds));
        readiness.seen(
                hosts.get(1),
                report(
                        builds,
                        report("one", Verdict.READY, OLD),
                        report("two", Verdict.READY, OLD),
                        report("three", Verdict.UP_TO_DATE, NEW)));

        Page<HostReadiness> page = readiness.hosts(null, null, 0, 10);
        assertThat(page.count()).isEqualTo(2);
        assertThat(page.rows()).extracting(HostReadiness::name).containsExactly("host1", "host2");
        assertThat(page.rows().get(0).groups()).isEmpty();
        assertThat(page.rows().get(1).groups())
                .containsExactly(
                        new HostReadiness.Group("10.0.2", "6.12.43", Verdict.READY, 2),
                        new HostReadiness.Group("11.1.3", "6.12.48", Verdict.UP_TO_DATE, 1));

        assertThat(readiness.hosts(null, null, 1, 1).rows())
                .extracting(HostReadiness::name)
                .containsExactly("host2");
        assertThat(readiness.hosts(1L, null, 0, 10).rows())
                .extracting(HostReadiness::name)
                .containsExactly("host1");
        assertThat(readiness.hosts(3L, null, 0, 10).count()).isZero();
    }

    @Test
    void hostsAreFoundByTheKvmOfTheirVmsAndOfThoseToCome() {
        List<HostRun> hosts = register.hosts(
                        create(plan(OrderKind.PREFLIGHT, 0), 3).id(), null, 0, 10)
                .rows();
        JdbcReadiness readiness = new JdbcReadiness(connections);
        HostBuilds before = new HostBuilds("0.1.0", "6.12.43", List.of(), List.of(), OLD.kvm());
        HostBuilds after = new HostBuilds("0.1.0", "6.12.43", List.of(), List.of(), NEW.kvm());
        readiness.seen(hosts.get(0), report(before));
        readiness.seen(hosts.get(1), report(after, report("one", Verdict.BLOCKED, OLD)));
        readiness.seen(hosts.get(2), report(before, report("two", Verdict.READY, OLD)));
        assertThat(readiness.hosts(null, OLD.kvm(), 0, 10).rows())
                .extracting(HostReadiness::name)
                .as("who is still on the old one")
                .containsExactly("host1", "host2", "host3");

        readiness.moved(hosts.get(2), report(after, upgraded("two")), true);

        Page<HostReadiness> old = readiness.hosts(null, OLD.kvm(), 0, 10);
        assertThat(old.rows()).extracting(HostReadiness::name).containsExactly("host1", "host2");
        assertThat(old.count()).isEqualTo(2);
        assertThat(readiness.hosts(hosts.get(2).hostId(), null, 0, 10).rows())
                .singleElement()
                .satisfies(host -> assertThat(host.kvm()).isEqualTo(NEW.kvm()));
    }

    @Test
    void whatBecameOfAKvmIsReadAsItWasWritten() {
        HostRun host = working(create(plan(OrderKind.UPGRADE, 0), 1));
        assertThat(host.kvm()).isNull();
        KvmExchange exchange = new KvmExchange(OLD.kvm(), NEW.kvm(), true, "it is unloaded");
        assertThat(store.save(host.exchanged(exchange), List.of())).isTrue();
        assertThat(host(host.id()).kvm()).isEqualTo(exchange);
    }

    /** Whatever happens, and whoever is too late with it. */
    @Test
    void whatIsCountedIsWhatTheRowsSay() throws Exception {
        Campaign campaign = create(
                new Plan(OrderKind.UPGRADE, Target.INSTALLED, 4, 4, 2, 0, 0, BlockedPolicy.SKIP, false, null, null), 6);
        requireCounted();
        HostRun canary = working(campaign);
        save(canary, vm(canary, "one"));
        assertThat(store.save(canary, List.of(vm(canary, "two"))))
                .as("too late")
                .isFalse();
        requireCounted();
        VmRun one = vms(canary.id()).get(0);
        save(canary, one.to(VmState.LOST, "gone", store.now()));
        HostRun failed = host(canary.id());
        assertThat(store.save(failing(failed), List.of())).isTrue();
        requireCounted();
        HostRun other = working(campaign);
        save(other, vm(other, "three").to(VmState.UPGRADED, "", store.now()));
        store.cancelWaiting(campaign.id());
        requireCounted();
        assertThat(store.situation(other.id(), PACE).orElseThrow().failures()).isEqualTo(2);
        assertThat(store.tally(campaign.id())).isEqualTo(new Tally(0, 0, 1, 1, 2, 4, 2));
        assertThat(register.vmCounts(campaign.id())).isEqualTo(Map.of(VmState.LOST, 1, VmState.UPGRADED, 1));
        assertThat(store.save(other.to(HostState.DONE, ""), List.of()))
                .as("too late")
                .isFalse();
        assertThat(store.save(host(other.id()).to(HostState.DONE, ""), List.of()))
                .isTrue();

        register.createRollback(campaign, plan(OrderKind.ROLLBACK, 0), 1, 1);
        requireCounted();
    }

    /** Those that began under a version without counts. */
    @Test
    void campaignsThatAreUnderWayAreCountedWhenThePluginIsUpgraded() throws Exception {
        Campaign campaign = create(plan(OrderKind.UPGRADE, 0), 3);
        HostRun host = working(campaign);
        save(host, vm(host, "one"));
        try (Connection connection = connections.open();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE orthus_count");
            statement.execute("ALTER TABLE orthus_campaign DROP COLUMN passthrough");
            statement.execute("DELETE FROM orthus_schema_history WHERE version IN ('3', '4')");
        }

        Schema.migrate(connections);

        requireCounted();
        assertThat(store.tally(campaign.id())).isEqualTo(new Tally(2, 0, 1, 0, 0, 1, 0));
    }

    private HostRun host(long id) {
        return store.situation(id, PACE).orElseThrow().host();
    }

    private List<VmRun> vms(long hostRunId) {
        return store.situation(hostRunId, PACE).orElseThrow().vms();
    }

    private static HostRun failing(HostRun host) {
        return new HostRun(
                host.id(),
                host.uuid(),
                host.campaignId(),
                host.hostId(),
                host.hostUuid(),
                host.hostName(),
                host.canary(),
                HostState.FAILED,
                host.round(),
                host.known(),
                host.began(),
                host.heard(),
                host.due(),
                2,
                "lost one",
                host.kvm(),
                host.version());
    }

    private void requireCounted() throws SQLException {
        String rows = "SELECT campaign_id, IF(canary, 'CANARY', 'HOST') AS what, state, COUNT(*) AS number"
                + " FROM orthus_host_run GROUP BY 1, 2, 3"
                + " UNION ALL SELECT campaign_id, 'VM', v.state, COUNT(*) FROM orthus_vm_run v"
                + " JOIN orthus_host_run h ON h.id = v.host_run_id GROUP BY 1, 3"
                + " UNION ALL SELECT campaign_id, 'FAILURE', '', SUM(failures) FROM orthus_host_run GROUP BY 1"
                + " HAVING SUM(failures) > 0 ORDER BY 1, 2, 3";
        assertThat(lines(
                        "SELECT campaign_id, what, state, number FROM orthus_count WHERE number <> 0 ORDER BY 1, 2, 3"))
                .isEqualTo(lines(rows));
    }

    private List<String> lines(String query) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (Connection connection = connections.open();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                lines.add(row.getString(1) + " " + row.getString(2) + " " + row.getString(3) + " " + row.getInt(4));
            }
        }
        return lines;
    }

    private Campaign create(Plan plan, int hosts) {
        try {
            return register.create(plan, 1, 1, hosts(hosts));
        } catch (HostTakenException e) {
            throw new AssertionError(e);
        }
    }

    private HostRun working(Campaign campaign) {
        HostRun host = store.waiting(campaign.id(), false, 1).get(0);
        store.save(host.newOrder(store.now()).to(HostState.WORKING, ""), List.of());
        return host(host.id());
    }

    private void save(HostRun host, VmRun vm) {
        assertThat(store.save(host(host.id()), List.of(vm))).isTrue();
    }

    private static List<NewHost> hosts(int count) {
        List<NewHost> hosts = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            hosts.add(new NewHost(i, "uuid-" + i, "host" + i));
        }
        return hosts;
    }

    private static Plan plan(OrderKind kind, int budget) {
        return new Plan(kind, Target.INSTALLED, 1, 1, 0, budget, 0, BlockedPolicy.SKIP, false, null, null);
    }

    private static VmRun vm(HostRun host, String uuid) {
        return new VmRun(
                0,
                host.id(),
                uuid,
                "i-2-" + uuid + "-VM",
                VmState.READY,
                Instant.parse("2026-11-22T10:00:00Z"),
                "cpr-transfer",
                30.5,
                null,
                OLD,
                null,
                "",
                null,
                null);
    }

    private static OrderReport report(HostBuilds builds, VmReport... vms) {
        return new OrderReport("t", OrderState.DONE, "", builds, List.of(vms));
    }

    private static VmReport upgraded(String uuid) {
        return new VmReport(
                uuid, null, NEW, null, null, null, null, List.of(), null, VmResult.UPGRADED, "", OLD, 30.0, 900.0);
    }

    private static VmReport report(String uuid, Verdict verdict, Builds builds) {
        List<Obstacle> obstacles =
                verdict == Verdict.BLOCKED ? List.of(new Obstacle("job", "busy", "wait")) : List.of();
        return new VmReport(
                uuid,
                "i-2-" + uuid + "-VM",
                builds,
                verdict,
                "cpr-transfer",
                "",
                30.0,
                obstacles,
                null,
                null,
                null,
                null,
                null,
                null);
    }
}
