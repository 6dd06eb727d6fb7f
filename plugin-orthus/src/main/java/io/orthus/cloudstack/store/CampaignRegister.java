// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.store;

import io.orthus.cloudstack.campaign.Campaign;
import io.orthus.cloudstack.campaign.CampaignState;
import io.orthus.cloudstack.campaign.HostRun;
import io.orthus.cloudstack.campaign.HostState;
import io.orthus.cloudstack.campaign.Plan;
import io.orthus.cloudstack.campaign.VmState;
import io.orthus.protocol.OrderKind;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What the API does with campaigns: begin them, find them, list them. Thread-safe. */
public class CampaignRegister {
    private final Connections connections;

    public CampaignRegister(Connections connections) {
        this.connections = connections;
    }

    /**
     * Enters a campaign. Hosts are begun in the order given; the first of them are the canaries.
     *
     * @throws HostTakenException if one of the hosts is part of another campaign that has not ended; nothing is entered
     */
    public Campaign create(Plan plan, long userId, long accountId, List<NewHost> hosts) throws HostTakenException {
        return entered(sql -> {
            Campaign campaign = insert(sql, plan, userId, accountId, null);
            List<List<Object>> rows = new ArrayList<>();
            for (int i = 0; i < hosts.size(); i++) {
                NewHost host = hosts.get(i);
                rows.add(Sql.row(
                        UUID.randomUUID().toString(),
                        campaign.id(),
                        host.id(),
                        host.uuid(),
                        host.name(),
                        // A dry run disturbs nobody and is disturbed by nobody.
                        plan.dryRun() ? null : host.id(),
                        i < plan.canaryHosts(),
                        HostState.WAITING,
                        campaign.created()));
            }
            sql.insert(
                    "orthus_host_run (uuid, campaign_id, host_id, host_uuid, host_name, claimed_host_id, canary, state, due)",
                    rows,
                    "");
            int canaries = Math.min(hosts.size(), plan.canaryHosts());
            new Counts()
                    .hosts(true, HostState.WAITING, canaries)
                    .hosts(false, HostState.WAITING, hosts.size() - canaries)
                    .write(sql, campaign.id());
            return campaign;
        });
    }

    /**
     * Enters the campaign that undoes another one: the VMs that it upgraded, on the hosts where it did.
     *
     * @throws HostTakenException as above
     */
    public Campaign createRollback(Campaign of, Plan plan, long userId, long accountId) throws HostTakenException {
        return entered(sql -> {
            Campaign campaign = insert(sql, plan, userId, accountId, of.uuid());
            int hosts = sql.update(
                    "INSERT INTO orthus_host_run (uuid, campaign_id, host_id, host_uuid, host_name, claimed_host_id,"
                            + " canary, state, due)"
                            + " SELECT UUID(), ?, host_id, host_uuid, host_name, host_id, FALSE, ?, ?"
                            + " FROM orthus_host_run h WHERE campaign_id = ? AND EXISTS"
                            + " (SELECT 1 FROM orthus_vm_run v WHERE v.host_run_id = h.id AND v.state = ?)"
                            + " ORDER BY id",
                    campaign.id(),
                    HostState.WAITING,
                    campaign.created(),
                    of.id(),
                    VmState.UPGRADED);
            int vms = sql.update(
                    "INSERT INTO orthus_vm_run (host_run_id, uuid, name, state, since, from_qemu, from_kvm)"
                            + " SELECT n.id, v.uuid, v.name, ?, ?, v.to_qemu, v.to_kvm FROM orthus_vm_run v"
                            + " JOIN orthus_host_run o ON o.id = v.host_run_id AND o.campaign_id = ?"
                            + " JOIN orthus_host_run n ON n.host_id = o.host_id AND n.campaign_id = ?"
                            + " WHERE v.state = ?",
                    VmState.READY,
                    campaign.created(),
                    of.id(),
                    campaign.id(),
                    VmState.UPGRADED);
            new Counts()
                    .hosts(false, HostState.WAITING, hosts)
                    .vms(VmState.READY, vms)
                    .write(sql, campaign.id());
            return campaign;
        });
    }

    /** The campaign of that UUID. */
    public Optional<Campaign> find(String uuid) {
        return Sql.inTransaction(
                connections, sql -> sql.one("SELECT * FROM orthus_campaign WHERE uuid = ?", Rows::campaign, uuid));
    }

    /** Campaigns, the newest first; {@code state} may be {@code null} for any. */
    public Page<Campaign> list(CampaignState state, long offset, long limit) {
        return Sql.inTransaction(
                connections,
                sql -> new Page<>(
                        sql.query(
                                "SELECT * FROM orthus_campaign WHERE ? IS NULL OR state = ?"
                                        + " ORDER BY id DESC LIMIT ? OFFSET ?",
                                Rows::campaign,
                                state,
                                state,
                                limit,
                                offset),
                        count(sql, "orthus_campaign WHERE ? IS NULL OR state = ?", state, state)));
    }

    /** The hosts of a campaign in their order; {@code state} may be {@code null} for any. */
    public Page<HostRun> hosts(long campaignId, HostState state, long offset, long limit) {
        return Sql.inTransaction(
                connections,
                sql -> new Page<>(
                        sql.query(
                                "SELECT * FROM orthus_host_run WHERE campaign_id = ? AND (? IS NULL OR state = ?)"
                                        + " ORDER BY id LIMIT ? OFFSET ?",
                                Rows::host,
                                campaignId,
                                state,
                                state,
                                limit,
                                offset),
                        count(
                                sql,
                                "orthus_host_run WHERE campaign_id = ? AND (? IS NULL OR state = ?)",
                                campaignId,
                                state,
                                state)));
    }

    /** The VMs of a campaign, host by host; {@code state} may be {@code null} for any. */
    public Page<HostedVm> vms(long campaignId, VmState state, long offset, long limit) {
        String from = "orthus_vm_run v JOIN orthus_host_run h ON h.id = v.host_run_id"
                + " WHERE h.campaign_id = ? AND (? IS NULL OR v.state = ?)";
        return Sql.inTransaction(
                connections,
                sql -> new Page<>(
                        sql.query(
                                "SELECT v.*, h.host_uuid, h.host_name FROM " + from
                                        + " ORDER BY h.id, v.id LIMIT ? OFFSET ?",
                                row -> new HostedVm(
                                        Rows.vm(row), row.getString("host_uuid"), row.getString("host_name")),
                                campaignId,
                                state,
                                state,
                                limit,
                                offset),
                        count(sql, from, campaignId, state, state)));
    }

    /** How many VMs of a campaign are in which state. */
    public Map<VmState, Integer> vmCounts(long campaignId) {
        return Sql.inTransaction(connections, sql -> Counts.vms(sql, campaignId));
    }

    private static Campaign insert(Sql sql, Plan plan, long userId, long accountId, String rollbackOf)
            throws SQLException {
        Instant now = sql.one("SELECT UTC_TIMESTAMP(3) AS now", row -> Sql.time(row, "now"))
                .orElseThrow();
        String uuid = UUID.randomUUID().toString();
        long id = sql.insert(
                "INSERT INTO orthus_campaign (uuid, kind, state, target_qemu, target_kvm, hosts_at_once, vms_at_once,"
                        + " canary_hosts, failure_budget, longest_pause_ms, on_blocked, passthrough, not_before,"
                        + " not_after, rollback_of, user_id, account_id, created)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                uuid,
                plan.kind(),
                CampaignState.RUNNING,
                plan.target().qemu(),
                plan.target().kvm(),
                plan.hostsAtOnce(),
                plan.vmsAtOnce(),
                plan.kind() == OrderKind.ROLLBACK ? 0 : plan.canaryHosts(),
                plan.failureBudget(),
                plan.longestPauseMs(),
                plan.onBlocked(),
                plan.passthrough(),
                plan.notBefore(),
                plan.notAfter(),
                rollbackOf,
                userId,
                accountId,
                now);
        Counts.create(sql, id);
        return new Campaign(id, uuid, plan, CampaignState.RUNNING, "", 0, userId, accountId, now, null, rollbackOf, 0);
    }

    private Campaign entered(Sql.Work<Campaign> work) throws HostTakenException {
        try {
            return Sql.inTransaction(connections, work);
        } catch (StoreException e) {
            if (taken(e.getCause())) {
                throw new HostTakenException();
            }
            throw e;
        }
    }

    /** The only other unique columns are UUIDs that were made a moment ago. */
    private static boolean taken(Throwable e) {
        return e instanceof SQLIntegrityConstraintViolationException
                || (e instanceof BatchUpdateException && taken(e.getCause()));
    }

    private static int count(Sql sql, String from, Object... arguments) throws SQLException {
        return sql.one("SELECT COUNT(*) FROM " + from, row -> row.getInt(1), arguments)
                .orElseThrow();
    }
}
