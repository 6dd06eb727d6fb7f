// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.simulation;

import io.orthus.protocol.Builds;
import io.orthus.protocol.Obstacle;
import io.orthus.protocol.Target;
import io.orthus.protocol.Verdict;
import io.orthus.protocol.VmReport;
import io.orthus.protocol.VmResult;
import java.util.List;

/** A VM of a simulated host. */
final class SimulatedVm {
    private static final String METHOD = "cpr-transfer";
    private static final Obstacle OBSTACLE =
            new Obstacle("device hostdev0", "is passed through and not managed by VFIO", "detach it");

    final String uuid;
    final String name;
    private final double pauseMs;
    private final boolean blocked;
    private Builds builds = SimulatedHost.OLD;
    private Builds before;
    private boolean lost;
    private int moves;

    /** @param pauseMs how long its moves take the guest, in milliseconds, about */
    SimulatedVm(String uuid, String name, double pauseMs, boolean blocked) {
        this.uuid = uuid;
        this.name = name;
        this.pauseMs = pauseMs;
        this.blocked = blocked;
    }

    boolean onTarget(Target target) {
        return builds.qemu().equals(SimulatedHost.qemu(target))
                && SimulatedHost.kvm(target, builds.kvm()).equals(builds.kvm());
    }

    /** How a move of it is going to end, before chance has its say. */
    VmResult toExpect(Target target, boolean back) {
        if (lost) {
            return VmResult.ENDED;
        }
        if (blocked) {
            return VmResult.REFUSED;
        }
        return (back ? before == null : onTarget(target)) ? VmResult.UP_TO_DATE : VmResult.UPGRADED;
    }

    void move(Target target, boolean back) {
        Builds to = back ? before : new Builds(SimulatedHost.qemu(target), SimulatedHost.kvm(target, builds.kvm()));
        before = back ? null : builds;
        builds = to;
        moves++;
    }

    VmReport looked(Target target) {
        Verdict verdict = onTarget(target) ? Verdict.UP_TO_DATE : blocked ? Verdict.BLOCKED : Verdict.READY;
        return new VmReport(
                uuid,
                name,
                builds,
                verdict,
                verdict == Verdict.READY ? METHOD : null,
                verdict == Verdict.READY ? "both QEMUs can hand a VM over" : null,
                verdict == Verdict.READY ? pauseMs : null,
                verdict == Verdict.BLOCKED ? List.of(OBSTACLE) : List.of(),
                null,
                null,
                null,
                null,
                null,
                null);
    }

    /** How it stands in the middle of a move. */
    VmReport moving(String step) {
        return moved(step, null, null, null, 0, 0);
    }

    VmReport moved(String step, VmResult result, String message, Builds from, double stretch, long totalMs) {
        boolean touched = result == VmResult.UPGRADED || result == VmResult.ROLLED_BACK;
        return new VmReport(
                uuid,
                name,
                builds,
                null,
                METHOD,
                null,
                pauseMs,
                result == VmResult.REFUSED ? List.of(OBSTACLE) : List.of(),
                step,
                result,
                message,
                from,
                touched ? pauseMs * stretch : null,
                touched ? (double) totalMs : null);
    }

    int moves() {
        return moves;
    }

    void lose() {
        lost = true;
    }

    boolean lost() {
        return lost;
    }

    Builds builds() {
        return builds;
    }
}
