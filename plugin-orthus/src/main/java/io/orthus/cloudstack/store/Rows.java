// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.store;

import io.orthus.cloudstack.campaign.BlockedPolicy;
import io.orthus.cloudstack.campaign.Campaign;
import io.orthus.cloudstack.campaign.CampaignState;
import io.orthus.cloudstack.campaign.HostRun;
import io.orthus.cloudstack.campaign.HostState;
import io.orthus.cloudstack.campaign.Plan;
import io.orthus.cloudstack.campaign.VmRun;
import io.orthus.cloudstack.campaign.VmState;
import io.orthus.protocol.Builds;
import io.orthus.protocol.KvmExchange;
import io.orthus.protocol.OrderKind;
import io.orthus.protocol.Target;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Rows of the tables as objects. */
final class Rows {
    /** The longest text of a column, in characters. */
    private static final int TEXT = 1024;

    private Rows() {}

    static Campaign campaign(ResultSet row) throws SQLException {
        Plan plan = new Plan(
                OrderKind.valueOf(row.getString("kind")),
                new Target(row.getString("target_qemu"), row.getString("target_kvm")),
                row.getInt("hosts_at_once"),
                row.getInt("vms_at_once"),
                row.getInt("canary_hosts"),
                row.getInt("failure_budget"),
                row.getInt("longest_pause_ms"),
                BlockedPolicy.valueOf(row.getString("on_blocked")),
                row.getBoolean("passthrough"),
                Sql.time(row, "not_before"),
                Sql.time(row, "not_after"));
        return new Campaign(
                row.getLong("id"),
                row.getString("uuid"),
                plan,
                CampaignState.valueOf(row.getString("state")),
                row.getString("message"),
                row.getInt("forgiven"),
                row.getLong("user_id"),
                row.getLong("account_id"),
                Sql.time(row, "created"),
                Sql.time(row, "finished"),
                row.getString("rollback_of"),
                row.getLong("version"));
    }

    static HostRun host(ResultSet row) throws SQLException {
        return new HostRun(
                row.getLong("id"),
                row.getString("uuid"),
                row.getLong("campaign_id"),
                row.getLong("host_id"),
                row.getString("host_uuid"),
                row.getString("host_name"),
                row.getBoolean("canary"),
                HostState.valueOf(row.getString("state")),
                row.getInt("round"),
                row.getBoolean("known"),
                Sql.time(row, "began"),
                Sql.time(row, "heard"),
                Sql.time(row, "due"),
                row.getInt("failures"),
                row.getString("message"),
                exchange(row),
                row.getLong("version"));
    }

    private static KvmExchange exchange(ResultSet row) throws SQLException {
        String to = row.getString("kvm_to");
        return to == null
                ? null
                : new KvmExchange(
                        row.getString("kvm_from"), to, row.getBoolean("kvm_done"), row.getString("kvm_message"));
    }

    static VmRun vm(ResultSet row) throws SQLException {
        return new VmRun(
                row.getLong("id"),
                row.getLong("host_run_id"),
                row.getString("uuid"),
                row.getString("name"),
                VmState.valueOf(row.getString("state")),
                Sql.time(row, "since"),
                row.getString("method"),
                Sql.number(row, "predicted_pause_ms"),
                Sql.number(row, "pause_ms"),
                builds(row.getString("from_qemu"), row.getString("from_kvm")),
                builds(row.getString("to_qemu"), row.getString("to_kvm")),
                row.getString("message"),
                Sql.time(row, "hold_asked"),
                Sql.time(row, "hold_seen"));
    }

    /** What hosts say may be longer than a column. */
    static String cut(String text) {
        return text.length() <= TEXT ? text : text.substring(0, TEXT - 1) + "…";
    }

    static Builds builds(String qemu, String kvm) {
        return qemu == null && kvm == null ? null : new Builds(qemu, kvm);
    }
}
