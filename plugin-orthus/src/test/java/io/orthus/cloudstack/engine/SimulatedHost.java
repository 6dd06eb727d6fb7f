// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.engine;

import io.orthus.cloudstack.campaign.Reply;
import io.orthus.protocol.Builds;
import io.orthus.protocol.CancelOrderCommand;
import io.orthus.protocol.KvmExchange;
import io.orthus.protocol.Obstacle;
import io.orthus.protocol.Order;
import io.orthus.protocol.OrderCommand;
import io.orthus.protocol.OrderKind;
import io.orthus.protocol.OrderReport;
import io.orthus.protocol.OrderState;
import io.orthus.protocol.StartOrderCommand;
import io.orthus.protocol.Verdict;
import io.orthus.protocol.VmReport;
import io.orthus.protocol.VmResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/** A host as the protocol describes it: it begins an order once, works on it by itself, and answers at once. */
final class SimulatedHost {
    private static final Builds OLD = new Builds("10.0.2", null);
    private static final Builds NEW = new Builds("11.1.3", null);
    private static final String OLD_KVM = "6.12.94";
    private static final String NEW_KVM = "6.12.117";

    private final Random random;
    private final Consumer<Order> begun;
    private final Map<String, Boolean> onTarget = new LinkedHashMap<>();
    private final Map<String, Task> tasks = new HashMap<>();
    private final Set<String> refused = new HashSet<>();
    private boolean oldKvm = true;
    boolean gone;
    boolean extension = true;

    SimulatedHost(Random random, String name, int vms, Consumer<Order> begun) {
        this.random = random;
        this.begun = begun;
        for (int i = 0; i < vms; i++) {
            onTarget.put(name + "-vm" + i, false);
        }
    }

    Map<String, Boolean> onTarget() {
        return onTarget;
    }

    /** Whether it has another KVM than at first, and that alone. */
    boolean exchanged() {
        return !oldKvm;
    }

    boolean busy() {
        return tasks.values().stream().anyMatch(task -> task.state == OrderState.RUNNING);
    }

    Reply deliver(OrderCommand command) {
        if (!extension) {
            return new Reply.Unsupported("the agent extension is not installed");
        }
        if (command instanceof StartOrderCommand start) {
            return start(start.order());
        }
        Task task = tasks.get(command.token());
        if (command instanceof CancelOrderCommand) {
            if (task == null) {
                refused.add(command.token());
            } else {
                task.cancel();
            }
        }
        return report(command.token());
    }

    private Reply start(Order order) {
        if (refused.contains(order.token())) {
            return new Reply.Refused("this order was called off");
        }
        if (!tasks.containsKey(order.token())) {
            if (busy()) {
                return new Reply.Refused("another order is under way");
            }
            begun.accept(order);
            tasks.put(order.token(), new Task(order));
        }
        return report(order.token());
    }

    /** Goes on with what is under way. */
    void work() {
        tasks.values().forEach(Task::work);
        if (!busy() && random.nextInt(50) == 0) {
            tasks.values().removeIf(task -> task.order.kind() == OrderKind.PREFLIGHT);
        }
    }

    private Reply report(String token) {
        Task task = tasks.get(token);
        return new Reply.Answered(
                task == null
                        ? new OrderReport(token, OrderState.UNKNOWN, "", null, List.of())
                        : new OrderReport(
                                token, task.state, task.message, null, List.copyOf(task.reports.values()), task.kvm));
    }

    private final class Task {
        private final Order order;
        private final Map<String, VmReport> reports = new LinkedHashMap<>();
        private final List<String> left;
        private OrderState state = OrderState.RUNNING;
        private String message = "";
        private KvmExchange kvm;
        private boolean cancelled;

        Task(Order order) {
            this.order = order;
            this.left = new ArrayList<>(order.kind() == OrderKind.PREFLIGHT ? onTarget.keySet() : order.vms());
            if (random.nextInt(40) == 0 && left.stream().noneMatch(onTarget::get)) {
                state = OrderState.FAILED;
                message = "the target is not installed";
            }
        }

        void cancel() {
            cancelled = true;
        }

        void work() {
            if (state != OrderState.RUNNING) {
                return;
            }
            if (left.isEmpty()) {
                state = OrderState.DONE;
                if (order.kind() == OrderKind.UPGRADE && order.target().kvm() != null) {
                    kvm = settle();
                }
                return;
            }
            String vm = left.remove(0);
            reports.put(vm, order.kind() == OrderKind.PREFLIGHT ? look(vm) : move(vm));
        }

        /** The old KVM goes with its last VM. */
        private KvmExchange settle() {
            String from = oldKvm ? OLD_KVM : null;
            oldKvm = onTarget.containsValue(false);
            return new KvmExchange(from, NEW_KVM, !oldKvm, "so it went");
        }

        private VmReport look(String vm) {
            boolean blocked = random.nextInt(8) == 0;
            Verdict verdict = blocked ? Verdict.BLOCKED : onTarget.get(vm) ? Verdict.UP_TO_DATE : Verdict.READY;
            List<Obstacle> obstacles = blocked ? List.of(new Obstacle("device", "is odd", "unplug it")) : List.of();
            return new VmReport(
                    vm,
                    vm,
                    OLD,
                    verdict,
                    "cpr-transfer",
                    "",
                    1.0 * random.nextInt(600),
                    obstacles,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null);
        }

        private VmReport move(String vm) {
            VmResult result = cancelled ? VmResult.NOT_BEGUN : onTarget.get(vm) ? VmResult.UP_TO_DATE : chance();
            if (result == VmResult.UPGRADED) {
                onTarget.put(vm, true);
            }
            return new VmReport(
                    vm,
                    vm,
                    NEW,
                    null,
                    "cpr-transfer",
                    "",
                    null,
                    List.of(),
                    "done",
                    result,
                    "so it went",
                    OLD,
                    1.0 * random.nextInt(600),
                    1000.0);
        }

        private VmResult chance() {
            VmResult[] rare = {VmResult.REFUSED, VmResult.ROLLED_BACK, VmResult.ENDED, VmResult.NOT_BEGUN, VmResult.LOST
            };
            return random.nextInt(6) == 0 ? rare[random.nextInt(rare.length)] : VmResult.UPGRADED;
        }
    }
}
