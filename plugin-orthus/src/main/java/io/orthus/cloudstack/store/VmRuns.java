// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.store;

import io.orthus.cloudstack.campaign.VmRun;
import io.orthus.protocol.Builds;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** Writes the rows of a host's VMs: one statement, however many there are. */
final class VmRuns {
    private VmRuns() {}

    /** Adds those that have no key yet, and changes the others. */
    static void write(Sql sql, List<VmRun> vms) throws SQLException {
        sql.insert(
                "orthus_vm_run (host_run_id, uuid, name, state, since, method, predicted_pause_ms, from_qemu, from_kvm,"
                        + " message)",
                vms.stream().filter(vm -> vm.id() == 0).map(VmRuns::inserted).toList(),
                "");
        change(
                sql,
                vms.stream()
                        .filter(vm -> vm.id() != 0)
                        // In the order in which holds are noted, so that neither waits for the other.
                        .sorted(Comparator.comparing(VmRun::id))
                        .toList());
    }

    private static void change(Sql sql, List<VmRun> vms) throws SQLException {
        if (vms.isEmpty()) {
            return;
        }
        String row = "SELECT ? AS id, ? AS held, ? AS state, ? AS since, ? AS method, ? AS pause_ms, ? AS from_qemu,"
                + " ? AS from_kvm, ? AS to_qemu, ? AS to_kvm, ? AS message, ? AS hold_asked";
        sql.update(
                "UPDATE orthus_vm_run v JOIN (" + String.join(" UNION ALL ", Collections.nCopies(vms.size(), row))
                        + ") n ON n.id = v.id SET v.hold_seen = IF(n.held, v.hold_seen, NULL), v.state = n.state,"
                        + " v.since = n.since, v.method = n.method, v.pause_ms = n.pause_ms, v.from_qemu = n.from_qemu,"
                        + " v.from_kvm = n.from_kvm, v.to_qemu = n.to_qemu, v.to_kvm = n.to_kvm, v.message = n.message,"
                        + " v.hold_asked = n.hold_asked",
                vms.stream().map(VmRuns::changed).flatMap(List::stream).toArray());
    }

    private static List<Object> inserted(VmRun vm) {
        return Sql.row(
                vm.hostRunId(),
                vm.uuid(),
                vm.name(),
                vm.state(),
                vm.since(),
                vm.method(),
                vm.predictedPauseMs(),
                qemu(vm.from()),
                kvm(vm.from()),
                Rows.cut(vm.message()));
    }

    private static List<Object> changed(VmRun vm) {
        return Sql.row(
                vm.id(),
                vm.state().held() && vm.holdSeen() != null,
                vm.state(),
                vm.since(),
                vm.method(),
                vm.pauseMs(),
                qemu(vm.from()),
                kvm(vm.from()),
                qemu(vm.to()),
                kvm(vm.to()),
                Rows.cut(vm.message()),
                vm.holdAsked());
    }

    private static String qemu(Builds builds) {
        return builds == null ? null : builds.qemu();
    }

    private static String kvm(Builds builds) {
        return builds == null ? null : builds.kvm();
    }
}
