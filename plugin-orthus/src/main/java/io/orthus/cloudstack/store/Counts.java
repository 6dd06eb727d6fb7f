// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.store;

import io.orthus.cloudstack.campaign.HostState;
import io.orthus.cloudstack.campaign.Tally;
import io.orthus.cloudstack.campaign.VmState;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * By how much a transaction changes the numbers of hosts and VMs in each state, and those numbers. Written last in a
 * transaction, because every host of a campaign writes the same rows, and always in the same order, so that no two
 * transactions wait for each other. For one thread.
 */
final class Counts {
    private static final String COLUMNS = "orthus_count (campaign_id, what, state, number)";
    private static final String HOST = "HOST";
    private static final String CANARY = "CANARY";
    private static final String VM = "VM";
    private static final String FAILURE = "FAILURE";

    private final Map<Key, Integer> changes = new TreeMap<>();

    private record Key(String what, String state) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byWhat = what.compareTo(other.what);
            return byWhat != 0 ? byWhat : state.compareTo(other.state);
        }
    }

    /** Makes the rows of a new campaign, all of them zero. */
    static void create(Sql sql, long campaignId) throws SQLException {
        List<List<Object>> rows = new ArrayList<>();
        for (HostState state : HostState.values()) {
            rows.add(Sql.row(campaignId, HOST, state, 0));
            rows.add(Sql.row(campaignId, CANARY, state, 0));
        }
        for (VmState state : VmState.values()) {
            rows.add(Sql.row(campaignId, VM, state, 0));
        }
        rows.add(Sql.row(campaignId, FAILURE, "", 0));
        sql.insert(COLUMNS, rows, "");
    }

    Counts hosts(boolean canary, HostState state, int by) {
        return add(new Key(canary ? CANARY : HOST, state.name()), by);
    }

    Counts vms(VmState state, int by) {
        return add(new Key(VM, state.name()), by);
    }

    Counts failures(int by) {
        return add(new Key(FAILURE, ""), by);
    }

    void write(Sql sql, long campaignId) throws SQLException {
        List<List<Object>> rows = new ArrayList<>();
        changes.forEach((key, by) -> {
            if (by != 0) {
                rows.add(Sql.row(campaignId, key.what(), key.state(), by));
            }
        });
        sql.insert(COLUMNS, rows, "ON DUPLICATE KEY UPDATE number = number + VALUES(number)");
    }

    /** What there is of the hosts of a campaign. */
    static Tally tally(Sql sql, long campaignId) throws SQLException {
        Map<Key, Integer> counts = read(sql, campaignId);
        int canaries = 0;
        int others = 0;
        for (HostState state : HostState.values()) {
            canaries += counts.getOrDefault(new Key(CANARY, state.name()), 0);
            others += counts.getOrDefault(new Key(HOST, state.name()), 0);
        }
        int waitingCanaries = counts.getOrDefault(new Key(CANARY, HostState.WAITING.name()), 0);
        int waitingOthers = counts.getOrDefault(new Key(HOST, HostState.WAITING.name()), 0);
        int activeCanaries = active(counts, CANARY);
        return new Tally(
                waitingCanaries + waitingOthers,
                waitingCanaries,
                activeCanaries + active(counts, HOST),
                activeCanaries,
                canaries,
                others - waitingOthers,
                counts.getOrDefault(new Key(FAILURE, ""), 0));
    }

    /** How many VMs of a campaign are in which state, without those in which there are none. */
    static Map<VmState, Integer> vms(Sql sql, long campaignId) throws SQLException {
        Map<VmState, Integer> vms = new EnumMap<>(VmState.class);
        read(sql, campaignId).forEach((key, number) -> {
            if (key.what().equals(VM) && number != 0) {
                vms.put(VmState.valueOf(key.state()), number);
            }
        });
        return vms;
    }

    private Counts add(Key key, int by) {
        changes.merge(key, by, Integer::sum);
        return this;
    }

    private static int active(Map<Key, Integer> counts, String what) {
        return counts.getOrDefault(new Key(what, HostState.CHECKING.name()), 0)
                + counts.getOrDefault(new Key(what, HostState.WORKING.name()), 0);
    }

    private static Map<Key, Integer> read(Sql sql, long campaignId) throws SQLException {
        Map<Key, Integer> counts = new TreeMap<>();
        sql.query(
                "SELECT what, state, number FROM orthus_count WHERE campaign_id = ?",
                row -> counts.put(new Key(row.getString(1), row.getString(2)), row.getInt(3)),
                campaignId);
        return counts;
    }
}
