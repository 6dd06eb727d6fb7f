// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.simulation;

import io.orthus.protocol.Builds;
import io.orthus.protocol.KvmExchange;
import io.orthus.protocol.Order;
import io.orthus.protocol.OrderKind;
import io.orthus.protocol.OrderReport;
import io.orthus.protocol.OrderState;
import io.orthus.protocol.VmReport;
import io.orthus.protocol.VmResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * An order that a simulated host was given. When each of its VMs begins and ends is settled when the order comes, so how
 * it stands follows from the time alone: no thread works on it.
 */
final class SimulatedOrder {
    private final SimulatedHost host;
    private final Order order;
    private final List<Move> moves = new ArrayList<>();
    private long callOffMs = Long.MAX_VALUE;
    private OrderReport last;

    /**
     * @param paceMs how long one VM takes, in milliseconds, about
     */
    SimulatedOrder(
            SimulatedHost host, Order order, List<SimulatedVm> vms, Chances chances, long paceMs, Random random) {
        this.host = host;
        this.order = order;
        int parallel = Math.max(1, order.options().parallel());
        long[] free = new long[parallel];
        boolean preflight = order.kind() == OrderKind.PREFLIGHT;
        for (int i = 0; i < vms.size(); i++) {
            long begin = free[i % parallel];
            long takes = preflight ? paceMs / 10 : Math.round(paceMs * (0.5 + random.nextDouble()));
            free[i % parallel] = begin + takes;
            moves.add(new Move(
                    vms.get(i), begin, begin + takes, chance(chances, random), 0.7 + 0.6 * random.nextDouble()));
        }
    }

    /** Calls off what has not begun by then. */
    void callOff(long atMs) {
        callOffMs = Math.min(callOffMs, atMs);
    }

    /** How it stands so many milliseconds after it came. */
    OrderReport report(long atMs) {
        if (last != null) {
            return last;
        }
        List<VmReport> vms = moves.stream().map(move -> move.report(atMs)).toList();
        if (moves.stream().anyMatch(move -> !move.over(atMs))) {
            return new OrderReport(order.token(), OrderState.RUNNING, "", null, vms);
        }
        KvmExchange exchange = order.kind() == OrderKind.PREFLIGHT ? null : exchange(vms);
        last = new OrderReport(order.token(), OrderState.DONE, "", host.builds(), vms, exchange);
        return last;
    }

    /** What the VMs that were moved have done to the host's KVM. */
    private KvmExchange exchange(List<VmReport> vms) {
        return vms.stream()
                .filter(vm -> vm.result() == VmResult.UPGRADED)
                .findFirst()
                .map(vm -> host.settle(vm.runsOn().kvm()))
                .orElse(null);
    }

    private static VmResult chance(Chances chances, Random random) {
        double drawn = random.nextDouble();
        if (drawn < chances.lost()) {
            return VmResult.LOST;
        }
        return drawn < chances.lost() + chances.failing() ? VmResult.ROLLED_BACK : VmResult.UPGRADED;
    }

    private final class Move {
        private final SimulatedVm vm;
        private final long beginMs;
        private final long endMs;
        private final VmResult fate;
        private final double stretch;
        private VmReport last;

        Move(SimulatedVm vm, long beginMs, long endMs, VmResult fate, double stretch) {
            this.vm = vm;
            this.beginMs = beginMs;
            this.endMs = endMs;
            this.fate = fate;
            this.stretch = stretch;
        }

        boolean over(long atMs) {
            return atMs >= endMs || beginMs >= callOffMs;
        }

        VmReport report(long atMs) {
            if (order.kind() == OrderKind.PREFLIGHT) {
                return vm.looked(order.target());
            }
            if (last == null && over(atMs)) {
                last = end();
            }
            if (last != null) {
                return last;
            }
            return vm.moving(atMs < beginMs ? null : atMs < (beginMs + endMs) / 2 ? "preparing" : "switching");
        }

        private VmReport end() {
            if (beginMs >= callOffMs) {
                return vm.moved(null, VmResult.NOT_BEGUN, "the order was called off", null, 0, 0);
            }
            boolean back = order.kind() == OrderKind.ROLLBACK;
            VmResult expected = vm.toExpect(order.target(), back);
            VmResult result = expected == VmResult.UPGRADED ? fate : expected;
            Builds from = vm.builds();
            if (result == VmResult.UPGRADED) {
                vm.move(order.target(), back);
            } else if (result == VmResult.LOST) {
                vm.lose();
            }
            return vm.moved("done", result, words(result), from, stretch, endMs - beginMs);
        }

        private static String words(VmResult result) {
            return switch (result) {
                case ROLLED_BACK -> "the new QEMU did not take over in time; the VM runs as before";
                case LOST -> "no process runs the VM any more; start it again";
                case REFUSED -> "a device stands in the way";
                default -> "";
            };
        }
    }
}
