// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.campaign;

import io.orthus.protocol.Obstacle;
import io.orthus.protocol.OrderReport;
import io.orthus.protocol.VmReport;
import java.util.stream.Collectors;

/** What a host says of its VMs, as rows. */
final class Reports {
    private Reports() {}

    /** The row of a VM after the preflight. */
    static VmRun planned(Situation s, VmReport vm) {
        VmRun fresh = new VmRun(
                0,
                s.host().id(),
                vm.uuid(),
                vm.name(),
                VmState.READY,
                s.now(),
                vm.method(),
                vm.predictedPauseMs(),
                null,
                vm.runsOn(),
                null,
                orEmpty(vm.why()),
                null,
                null);
        if (vm.verdict() == null) {
            return blocked(s, fresh, "the host did not say whether it can be moved");
        }
        return switch (vm.verdict()) {
            case READY -> tooLong(s, fresh) ? blocked(s, fresh, tooLongText(s, fresh)) : fresh;
            case UP_TO_DATE -> fresh.to(VmState.UP_TO_DATE, "", s.now());
            case BLOCKED ->
                blocked(s, fresh, vm.blockers().stream().map(Obstacle::toString).collect(Collectors.joining("; ")));
        };
    }

    /** Takes over what has become of the VMs of an order. */
    static void take(Situation s, Draft draft, OrderReport report) {
        for (VmReport vm : report.vms()) {
            draft.in(VmState.MOVING).stream()
                    .filter(row -> row.uuid().equals(vm.uuid()))
                    .forEach(row -> draft.put(taken(s, row, vm)));
        }
    }

    private static VmRun taken(Situation s, VmRun row, VmReport vm) {
        if (vm.result() == null) {
            return row.saying(orEmpty(vm.step()));
        }
        String message = orEmpty(vm.message());
        return switch (vm.result()) {
            case UPGRADED ->
                row.moved(vm.method(), vm.pauseMs(), vm.from(), vm.runsOn()).to(VmState.UPGRADED, message, s.now());
            case UP_TO_DATE -> row.to(VmState.UP_TO_DATE, message, s.now());
            case REFUSED -> blocked(s, row, message);
            case ROLLED_BACK ->
                row.moved(vm.method(), vm.pauseMs(), vm.from(), null).to(VmState.FAILED, message, s.now());
            case ENDED -> row.to(VmState.ENDED, message, s.now());
            case NOT_BEGUN -> row.to(VmState.NOT_BEGUN, message, s.now());
            case LOST -> row.to(VmState.LOST, message, s.now());
        };
    }

    private static VmRun blocked(Situation s, VmRun vm, String why) {
        boolean leave = s.campaign().plan().onBlocked() == BlockedPolicy.MIGRATE
                && !s.campaign().plan().dryRun();
        return vm.to(leave ? VmState.LEAVING : VmState.BLOCKED, why, s.now());
    }

    private static boolean tooLong(Situation s, VmRun vm) {
        int longest = s.campaign().plan().longestPauseMs();
        return longest > 0 && vm.predictedPauseMs() != null && vm.predictedPauseMs() > longest;
    }

    private static String tooLongText(Situation s, VmRun vm) {
        return "predicted pause of %.0f ms is longer than the %d ms allowed"
                .formatted(vm.predictedPauseMs(), s.campaign().plan().longestPauseMs());
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }
}
