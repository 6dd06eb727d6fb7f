// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.store;

import io.orthus.cloudstack.campaign.HostRun;
import io.orthus.cloudstack.engine.Readiness;
import io.orthus.protocol.Builds;
import io.orthus.protocol.HostBuilds;
import io.orthus.protocol.Obstacle;
import io.orthus.protocol.OrderReport;
import io.orthus.protocol.Verdict;
import io.orthus.protocol.VmReport;
import io.orthus.protocol.VmResult;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What hosts last said of themselves and of their VMs. Thread-safe. */
public class JdbcReadiness implements Readiness {
    private static final String MATCHING = "orthus_vm v JOIN orthus_host h ON h.host_id = v.host_id"
            + " WHERE (? IS NULL OR h.host_id = ?) AND (? IS NULL OR v.verdict = ?)"
            + " AND (? IS NULL OR v.qemu = ?) AND (? IS NULL OR v.kvm = ?)";

    private final Connections connections;

    public JdbcReadiness(Connections connections) {
        this.connections = connections;
    }

    @Override
    public void seen(HostRun host, OrderReport report) {
        HostBuilds builds = Objects.requireNonNullElse(report.host(), new HostBuilds(null, null, null, null, null));
        List<List<Object>> vms = report.vms().stream()
                .filter(vm -> vm.uuid() != null)
                // In one order, so that no two hosts wait for each other when VMs have changed places.
                .sorted(Comparator.comparing(VmReport::uuid))
                .map(vm -> row(host, vm))
                .toList();
        Sql.inTransaction(connections, sql -> {
            sql.update(
                    "INSERT INTO orthus_host (host_id, uuid, name, engine, kernel, kvm, seen)"
                            + " VALUES (?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(3)) ON DUPLICATE KEY UPDATE uuid = VALUES(uuid),"
                            + " name = VALUES(name), engine = VALUES(engine), kernel = VALUES(kernel),"
                            + " kvm = VALUES(kvm), seen = VALUES(seen)",
                    host.hostId(),
                    host.hostUuid(),
                    host.hostName(),
                    builds.engine(),
                    builds.kernel(),
                    builds.kvm());
            // By their keys alone: a range would lock out what other hosts add beside it.
            Set<String> gone = new TreeSet<>(
                    sql.query("SELECT uuid FROM orthus_vm WHERE host_id = ?", row -> row.getString(1), host.hostId()));
            report.vms().stream().map(VmReport::uuid).filter(Objects::nonNull).forEach(gone::remove);
            for (String uuid : gone) {
                sql.update("DELETE FROM orthus_vm WHERE uuid = ? AND host_id = ?", uuid, host.hostId());
            }
            // A VM that has come from another host is still listed there.
            sql.insert(
                    "orthus_vm (uuid, host_id, name, qemu, kvm, verdict, method, predicted_pause_ms, message)",
                    vms,
                    "ON DUPLICATE KEY UPDATE host_id = VALUES(host_id), name = VALUES(name), qemu = VALUES(qemu),"
                            + " kvm = VALUES(kvm), verdict = VALUES(verdict), method = VALUES(method),"
                            + " predicted_pause_ms = VALUES(predicted_pause_ms), message = VALUES(message)");
            return null;
        });
    }

    @Override
    public void moved(HostRun host, OrderReport report, boolean onTarget) {
        // Mostly all have come to one pair of builds; by their keys alone and in one order, as above.
        Map<Builds, TreeSet<String>> moved = report.vms().stream()
                .filter(vm -> vm.uuid() != null && vm.result() == VmResult.UPGRADED && vm.runsOn() != null)
                .collect(Collectors.groupingBy(
                        VmReport::runsOn, Collectors.mapping(VmReport::uuid, Collectors.toCollection(TreeSet::new))));
        Sql.inTransaction(connections, sql -> {
            for (Map.Entry<Builds, TreeSet<String>> vms : moved.entrySet()) {
                List<Object> values = new ArrayList<>(
                        Sql.row(vms.getKey().qemu(), vms.getKey().kvm(), onTarget ? Verdict.UP_TO_DATE : null));
                values.addAll(vms.getValue());
                sql.update(
                        "UPDATE orthus_vm SET qemu = ?, kvm = ?, verdict = ?, method = NULL, predicted_pause_ms = NULL,"
                                + " message = '' WHERE uuid IN ("
                                + Sql.places(vms.getValue().size()) + ")",
                        values.toArray());
            }
            if (report.host() != null && report.host().kvm() != null) {
                sql.update(
                        "UPDATE orthus_host SET kvm = ? WHERE host_id = ?",
                        report.host().kvm(),
                        host.hostId());
            }
            return null;
        });
    }

    /** VMs by host and name; each filter may be {@code null} for any. */
    public Page<VmReadiness> vms(Long hostId, Verdict verdict, String qemu, String kvm, long offset, long limit) {
        Object[] filter = {hostId, hostId, verdict, verdict, qemu, qemu, kvm, kvm};
        Object[] all = {hostId, hostId, verdict, verdict, qemu, qemu, kvm, kvm, limit, offset};
        return Sql.inTransaction(
                connections,
                sql -> new Page<>(
                        sql.query(
                                "SELECT v.*, h.uuid AS host_uuid, h.name AS host_name, h.seen FROM " + MATCHING
                                        + " ORDER BY h.name, v.name LIMIT ? OFFSET ?",
                                JdbcReadiness::readiness,
                                all),
                        sql.one("SELECT COUNT(*) FROM " + MATCHING, row -> row.getInt(1), filter)
                                .orElseThrow()));
    }

    /**
     * Hosts that have looked, by name; each filter may be {@code null} for any.
     *
     * @param kvm those that have to do with that KVM: VMs run on it, or would if they were started
     */
    public Page<HostReadiness> hosts(Long hostId, String kvm, long offset, long limit) {
        String matching = "orthus_host h WHERE (? IS NULL OR h.host_id = ?) AND (? IS NULL OR h.kvm = ?"
                + " OR EXISTS (SELECT 1 FROM orthus_vm v WHERE v.host_id = h.host_id AND v.kvm = ?))";
        return Sql.inTransaction(connections, sql -> {
            Map<String, HostReadiness> hosts = new LinkedHashMap<>();
            sql.query(
                            "SELECT h.uuid, h.name, h.engine, h.kernel, h.kvm AS standard_kvm, h.seen, v.qemu, v.kvm, v.verdict,"
                                    + " COUNT(v.uuid) AS vms FROM (SELECT h.* FROM " + matching
                                    + " ORDER BY h.name, h.host_id LIMIT ? OFFSET ?) h"
                                    + " LEFT JOIN orthus_vm v ON v.host_id = h.host_id"
                                    + " GROUP BY h.host_id, h.uuid, h.name, h.engine, h.kernel, h.kvm, h.seen,"
                                    + " v.qemu, v.kvm, v.verdict"
                                    + " ORDER BY h.name, h.host_id, vms DESC, v.qemu, v.kvm, v.verdict",
                            JdbcReadiness::host,
                            hostId,
                            hostId,
                            kvm,
                            kvm,
                            kvm,
                            limit,
                            offset)
                    .forEach(host -> hosts.merge(host.uuid(), host, HostReadiness::with));
            int count = sql.one("SELECT COUNT(*) FROM " + matching, row -> row.getInt(1), hostId, hostId, kvm, kvm, kvm)
                    .orElseThrow();
            return new Page<>(List.copyOf(hosts.values()), count);
        });
    }

    /** What VMs run on, the most common first. */
    public List<VersionCount> versions() {
        return Sql.inTransaction(
                connections,
                sql -> sql.query(
                        "SELECT qemu, kvm, COUNT(*) AS vms, COUNT(DISTINCT host_id) AS hosts FROM orthus_vm"
                                + " GROUP BY qemu, kvm ORDER BY vms DESC, qemu, kvm",
                        row -> new VersionCount(
                                row.getString("qemu"), row.getString("kvm"), row.getInt("vms"), row.getInt("hosts"))));
    }

    private static List<Object> row(HostRun host, VmReport vm) {
        Builds builds = Objects.requireNonNullElse(vm.runsOn(), new Builds(null, null));
        String why = vm.blockers().isEmpty()
                ? Objects.requireNonNullElse(vm.why(), "")
                : vm.blockers().stream().map(Obstacle::toString).collect(Collectors.joining("; "));
        return Sql.row(
                vm.uuid(),
                host.hostId(),
                Objects.requireNonNullElse(vm.name(), vm.uuid()),
                builds.qemu(),
                builds.kvm(),
                vm.verdict(),
                vm.method(),
                vm.predictedPauseMs(),
                Rows.cut(why));
    }

    /** A host with one of its groups. */
    private static HostReadiness host(ResultSet row) throws SQLException {
        int vms = row.getInt("vms");
        return new HostReadiness(
                row.getString("uuid"),
                row.getString("name"),
                row.getString("engine"),
                row.getString("kernel"),
                row.getString("standard_kvm"),
                Sql.time(row, "seen"),
                vms == 0
                        ? List.of()
                        : List.of(new HostReadiness.Group(
                                row.getString("qemu"), row.getString("kvm"), verdict(row), vms)));
    }

    private static Verdict verdict(ResultSet row) throws SQLException {
        String verdict = row.getString("verdict");
        return verdict == null ? null : Verdict.valueOf(verdict);
    }

    private static VmReadiness readiness(ResultSet row) throws SQLException {
        return new VmReadiness(
                row.getString("uuid"),
                row.getString("name"),
                row.getString("host_uuid"),
                row.getString("host_name"),
                row.getString("qemu"),
                row.getString("kvm"),
                verdict(row),
                row.getString("method"),
                Sql.number(row, "predicted_pause_ms"),
                row.getString("message"),
                Sql.time(row, "seen"));
    }
}
