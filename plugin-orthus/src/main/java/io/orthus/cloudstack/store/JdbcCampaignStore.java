// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.store;

import io.orthus.cloudstack.campaign.Campaign;
import io.orthus.cloudstack.campaign.CampaignState;
import io.orthus.cloudstack.campaign.HostRun;
import io.orthus.cloudstack.campaign.HostState;
import io.orthus.cloudstack.campaign.Pace;
import io.orthus.cloudstack.campaign.Situation;
import io.orthus.cloudstack.campaign.Tally;
import io.orthus.cloudstack.campaign.VmRun;
import io.orthus.cloudstack.campaign.VmState;
import io.orthus.cloudstack.engine.CampaignStore;
import io.orthus.protocol.KvmExchange;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Campaigns in the tables. Queries read by key or by the index on state and due, never a whole campaign: what they cost
 * does not depend on how many hosts it has.
 */
public final class JdbcCampaignStore implements CampaignStore {
    private static final String ACTIVE = "state IN ('CHECKING', 'WORKING')";

    private final Connections connections;

    public JdbcCampaignStore(Connections connections) {
        this.connections = connections;
    }

    @Override
    public Instant now() {
        return Sql.alone(connections, sql -> sql.one("SELECT UTC_TIMESTAMP(3) AS now", row -> Sql.time(row, "now"))
                .orElseThrow());
    }

    @Override
    public List<Long> open() {
        return Sql.alone(
                connections,
                sql -> sql.query(
                        "SELECT id FROM orthus_campaign WHERE state IN (?, ?, ?) ORDER BY id",
                        row -> row.getLong(1),
                        CampaignState.RUNNING,
                        CampaignState.PAUSED,
                        CampaignState.CANCELLING));
    }

    @Override
    public Optional<Campaign> campaign(long id) {
        return Sql.alone(connections, sql -> sql.one("SELECT * FROM orthus_campaign WHERE id = ?", Rows::campaign, id));
    }

    @Override
    public Tally tally(long campaignId) {
        return Sql.alone(connections, sql -> Counts.tally(sql, campaignId));
    }

    @Override
    public boolean save(Campaign campaign) {
        return Sql.alone(
                connections,
                sql -> sql.update(
                                "UPDATE orthus_campaign SET state = ?, message = ?, forgiven = ?, not_after = ?,"
                                        + " finished = ?, version = version + 1 WHERE id = ? AND version = ?",
                                campaign.state(),
                                Rows.cut(campaign.message()),
                                campaign.forgiven(),
                                campaign.plan().notAfter(),
                                campaign.finished(),
                                campaign.id(),
                                campaign.version())
                        == 1);
    }

    @Override
    public List<HostRun> waiting(long campaignId, boolean canariesOnly, int limit) {
        return Sql.alone(
                connections,
                sql -> sql.query(
                        "SELECT * FROM orthus_host_run WHERE campaign_id = ? AND state = 'WAITING'"
                                + (canariesOnly ? " AND canary" : "")
                                + " ORDER BY canary DESC, id LIMIT ?",
                        Rows::host,
                        campaignId,
                        limit));
    }

    @Override
    public void cancelWaiting(long campaignId) {
        Sql.inTransaction(connections, sql -> {
            Counts counts = new Counts();
            for (boolean canary : new boolean[] {true, false}) {
                int hosts = sql.update(
                        "UPDATE orthus_host_run SET state = ?, claimed_host_id = NULL, version = version + 1"
                                + " WHERE campaign_id = ? AND state = ? AND canary = ?",
                        HostState.CANCELLED,
                        campaignId,
                        HostState.WAITING,
                        canary);
                counts.hosts(canary, HostState.WAITING, -hosts).hosts(canary, HostState.CANCELLED, hosts);
            }
            counts.write(sql, campaignId);
            return null;
        });
    }

    @Override
    public void wake(long campaignId) {
        Sql.alone(
                connections,
                sql -> sql.update(
                        "UPDATE orthus_host_run SET due = UTC_TIMESTAMP(3), version = version + 1"
                                + " WHERE campaign_id = ? AND " + ACTIVE,
                        campaignId));
    }

    @Override
    public List<Long> due(int limit) {
        return Sql.alone(
                connections,
                sql -> sql.query(
                        "SELECT id FROM orthus_host_run WHERE " + ACTIVE
                                + " AND due <= UTC_TIMESTAMP(3) ORDER BY due LIMIT ?",
                        row -> row.getLong(1),
                        limit));
    }

    @Override
    public Optional<Situation> situation(long hostRunId, Pace pace) {
        return Sql.alone(connections, sql -> {
            Optional<Timed> host = sql.one(
                    "SELECT h.*, UTC_TIMESTAMP(3) AS now FROM orthus_host_run h WHERE id = ?",
                    row -> new Timed(Rows.host(row), Sql.time(row, "now")),
                    hostRunId);
            if (host.isEmpty()) {
                return Optional.empty();
            }
            List<VmRun> vms =
                    sql.query("SELECT * FROM orthus_vm_run WHERE host_run_id = ? ORDER BY id", Rows::vm, hostRunId);
            return sql.one(
                    "SELECT c.*, n.number AS failures FROM orthus_campaign c JOIN orthus_count n"
                            + " ON n.campaign_id = c.id AND n.what = 'FAILURE' WHERE c.id = ?",
                    row -> new Situation(
                            Rows.campaign(row),
                            row.getInt("failures"),
                            host.get().run(),
                            vms,
                            pace,
                            host.get().now()),
                    host.get().run().campaignId());
        });
    }

    @Override
    public boolean save(HostRun host, List<VmRun> vms) {
        // Mostly a host is only to be looked at again, and nothing is to be counted over.
        return (vms.isEmpty() && saveUncounted(host)) || saveCounted(host, vms);
    }

    /**
     * Notes that CloudStack keeps its hands off VMs, as long as their rows say that it shall.
     *
     * @return those that it still is to keep its hands off. Written past the fence of the host's row: a hold knows nothing
     *     of the decisions made meanwhile.
     */
    public Set<Long> held(Set<Long> vmRunIds) {
        List<Long> inOrder = vmRunIds.stream().sorted().toList();
        Set<Long> held = new HashSet<>();
        for (int from = 0; from < inOrder.size(); from += Sql.PIECE) {
            List<Long> piece = inOrder.subList(from, Math.min(inOrder.size(), from + Sql.PIECE));
            held.addAll(Sql.alone(connections, sql -> held(sql, piece)));
        }
        return held;
    }

    /** Whether a VM still is to leave its host. */
    public boolean leaving(long vmRunId) {
        return Sql.alone(connections, sql -> sql.one(
                        "SELECT 1 FROM orthus_vm_run WHERE id = ? AND state = ?", row -> true, vmRunId, VmState.LEAVING)
                .isPresent());
    }

    private static List<Long> held(Sql sql, List<Long> vmRunIds) throws SQLException {
        String toBeHeld = " WHERE id IN (" + Sql.places(vmRunIds.size()) + ") AND state IN ('HOLDING', 'MOVING')";
        Object[] ids = vmRunIds.toArray();
        int found = sql.update("UPDATE orthus_vm_run SET hold_seen = UTC_TIMESTAMP(3)" + toBeHeld, ids);
        return found == ids.length
                ? vmRunIds
                : sql.query("SELECT id FROM orthus_vm_run" + toBeHeld, row -> row.getLong(1), ids);
    }

    /** A host's row, and when it was read. */
    private record Timed(HostRun run, Instant now) {}

    /** What of a host's row is counted. */
    private record Counted(HostState state, int failures) {}

    private boolean saveUncounted(HostRun host) {
        return Sql.alone(connections, sql -> update(sql, host, new Counted(host.state(), host.failures())));
    }

    private boolean saveCounted(HostRun host, List<VmRun> vms) {
        return Sql.inTransaction(connections, sql -> {
            // The fenced row first: it locks out whoever else wants to write this host.
            Optional<Counted> before = sql.one(
                    "SELECT state, failures FROM orthus_host_run WHERE id = ? AND version = ? FOR UPDATE",
                    row -> new Counted(HostState.valueOf(row.getString(1)), row.getInt(2)),
                    host.id(),
                    host.version());
            if (before.isEmpty()) {
                return false;
            }
            update(sql, host, before.get());
            Counts counts = new Counts()
                    .hosts(host.canary(), before.get().state(), -1)
                    .hosts(host.canary(), host.state(), 1)
                    .failures(host.failures() - before.get().failures());
            count(sql, counts, host, vms);
            VmRuns.write(sql, vms);
            counts.write(sql, host.campaignId());
            return true;
        });
    }

    /** Counts the VMs over from the states that they are in to those that they come into. */
    private static void count(Sql sql, Counts counts, HostRun host, List<VmRun> vms) throws SQLException {
        vms.forEach(vm -> counts.vms(vm.state(), 1));
        Set<Long> changed = vms.stream().map(VmRun::id).filter(id -> id != 0).collect(Collectors.toSet());
        if (changed.isEmpty()) {
            return;
        }
        sql.query(
                "SELECT id, state FROM orthus_vm_run WHERE host_run_id = ?",
                row -> changed.contains(row.getLong(1)) ? counts.vms(VmState.valueOf(row.getString(2)), -1) : counts,
                host.id());
    }

    /**
     * Writes a host's row, unless somebody else has since it was read, or it is counted as something else than is given.
     */
    private static boolean update(Sql sql, HostRun host, Counted as) throws SQLException {
        KvmExchange kvm = host.kvm();
        int found = sql.update(
                "UPDATE orthus_host_run SET state = ?, claimed_host_id = IF(?, NULL, claimed_host_id), round = ?,"
                        + " known = ?, began = ?, heard = ?, due = ?, failures = ?, message = ?,"
                        + " kvm_from = ?, kvm_to = ?, kvm_done = ?, kvm_message = ?,"
                        + " version = version + 1 WHERE id = ? AND version = ? AND state = ? AND failures = ?",
                host.state(),
                host.state().ended(),
                host.round(),
                host.known(),
                host.began(),
                host.heard(),
                host.due(),
                host.failures(),
                Rows.cut(host.message()),
                kvm == null ? null : kvm.from(),
                kvm == null ? null : kvm.to(),
                kvm == null ? null : kvm.done(),
                kvm == null || kvm.message() == null ? null : Rows.cut(kvm.message()),
                host.id(),
                host.version(),
                as.state(),
                as.failures());
        return found == 1;
    }
}
