// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.store;

import io.orthus.cloudstack.campaign.Campaign;
import io.orthus.cloudstack.campaign.CampaignState;
import io.orthus.cloudstack.campaign.HostRun;
import io.orthus.cloudstack.campaign.HostState;
import io.orthus.cloudstack.campaign.Tally;
import io.orthus.cloudstack.campaign.VmRun;
import io.orthus.cloudstack.campaign.VmState;
import io.orthus.cloudstack.engine.CampaignStore;
import io.orthus.protocol.Builds;
import io.orthus.protocol.KvmExchange;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
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
    private static final int TEXT = 1024;

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
    public int failures(long campaignId) {
        return Sql.alone(connections, sql -> Counts.failures(sql, campaignId));
    }

    @Override
    public boolean save(Campaign campaign) {
        return Sql.alone(
                connections,
                sql -> sql.update(
                                "UPDATE orthus_campaign SET state = ?, message = ?, forgiven = ?, not_after = ?,"
                                        + " finished = ?, version = version + 1 WHERE id = ? AND version = ?",
                                campaign.state(),
                                cut(campaign.message()),
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
    public Optional<HostRun> host(long id) {
        return Sql.alone(connections, sql -> sql.one("SELECT * FROM orthus_host_run WHERE id = ?", Rows::host, id));
    }

    @Override
    public List<VmRun> vms(long hostRunId) {
        return Sql.alone(
                connections,
                sql -> sql.query("SELECT * FROM orthus_vm_run WHERE host_run_id = ? ORDER BY id", Rows::vm, hostRunId));
    }

    @Override
    public boolean save(HostRun host, List<VmRun> vms) {
        return Sql.inTransaction(connections, sql -> {
            // The fenced row first: it locks out whoever else wants to write this host.
            Optional<Counts> counts = sql.one(
                    "SELECT state, failures FROM orthus_host_run WHERE id = ? AND version = ? FOR UPDATE",
                    row -> new Counts()
                            .hosts(host.canary(), HostState.valueOf(row.getString(1)), -1)
                            .hosts(host.canary(), host.state(), 1)
                            .failures(host.failures() - row.getInt(2)),
                    host.id(),
                    host.version());
            if (counts.isEmpty()) {
                return false;
            }
            update(sql, host);
            count(sql, counts.get(), host, vms);
            List<Object[]> fresh = new ArrayList<>();
            List<Object[]> changed = new ArrayList<>();
            for (VmRun vm : vms) {
                (vm.id() == 0 ? fresh : changed).add(vm.id() == 0 ? inserted(vm) : updated(vm));
            }
            sql.batch(
                    "INSERT INTO orthus_vm_run (host_run_id, uuid, name, state, since, method, predicted_pause_ms,"
                            + " from_qemu, from_kvm, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    fresh);
            sql.batch(
                    "UPDATE orthus_vm_run SET hold_seen = IF(?, hold_seen, NULL), state = ?, since = ?, method = ?,"
                            + " pause_ms = ?, from_qemu = ?, from_kvm = ?, to_qemu = ?, to_kvm = ?, message = ?,"
                            + " hold_asked = ? WHERE id = ?",
                    changed);
            counts.get().write(sql, host.campaignId());
            return true;
        });
    }

    /**
     * Notes that CloudStack keeps its hands off a VM, as long as its row says that it shall; says whether it does.
     * Written past the fence of the host's row: a hold knows nothing of the decisions made meanwhile.
     */
    public boolean held(long vmRunId) {
        return Sql.alone(
                connections,
                sql -> sql.update(
                                "UPDATE orthus_vm_run SET hold_seen = UTC_TIMESTAMP(3) WHERE id = ? AND state IN (?, ?)",
                                vmRunId,
                                VmState.HOLDING,
                                VmState.MOVING)
                        == 1);
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

    private static void update(Sql sql, HostRun host) throws SQLException {
        KvmExchange kvm = host.kvm();
        sql.update(
                "UPDATE orthus_host_run SET state = ?, claimed_host_id = IF(?, NULL, claimed_host_id), round = ?,"
                        + " known = ?, began = ?, heard = ?, due = ?, failures = ?, message = ?,"
                        + " kvm_from = ?, kvm_to = ?, kvm_done = ?, kvm_message = ?,"
                        + " version = version + 1 WHERE id = ? AND version = ?",
                host.state(),
                host.state().ended(),
                host.round(),
                host.known(),
                host.began(),
                host.heard(),
                host.due(),
                host.failures(),
                cut(host.message()),
                kvm == null ? null : kvm.from(),
                kvm == null ? null : kvm.to(),
                kvm == null ? null : kvm.done(),
                kvm == null || kvm.message() == null ? null : cut(kvm.message()),
                host.id(),
                host.version());
    }

    private static Object[] inserted(VmRun vm) {
        return new Object[] {
            vm.hostRunId(),
            vm.uuid(),
            vm.name(),
            vm.state(),
            vm.since(),
            vm.method(),
            vm.predictedPauseMs(),
            qemu(vm.from()),
            kvm(vm.from()),
            cut(vm.message())
        };
    }

    private static Object[] updated(VmRun vm) {
        return new Object[] {
            vm.state().held() && vm.holdSeen() != null,
            vm.state(),
            vm.since(),
            vm.method(),
            vm.pauseMs(),
            qemu(vm.from()),
            kvm(vm.from()),
            qemu(vm.to()),
            kvm(vm.to()),
            cut(vm.message()),
            vm.holdAsked(),
            vm.id()
        };
    }

    private static String qemu(Builds builds) {
        return builds == null ? null : builds.qemu();
    }

    private static String kvm(Builds builds) {
        return builds == null ? null : builds.kvm();
    }

    /** What hosts say may be longer than a column. */
    private static String cut(String text) {
        return text.length() <= TEXT ? text : text.substring(0, TEXT - 1) + "…";
    }
}
