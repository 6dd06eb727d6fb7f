// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.simulation;

import com.cloud.agent.api.Answer;
import com.cloud.agent.api.UnsupportedAnswer;
import io.orthus.lab.management.beans.Wire;
import io.orthus.lab.management.cloud.Cloud;
import io.orthus.lab.management.cloud.HostLink;
import io.orthus.protocol.Builds;
import io.orthus.protocol.CancelOrderCommand;
import io.orthus.protocol.HostBuilds;
import io.orthus.protocol.KvmExchange;
import io.orthus.protocol.Order;
import io.orthus.protocol.OrderAnswer;
import io.orthus.protocol.OrderCommand;
import io.orthus.protocol.OrderKind;
import io.orthus.protocol.OrderReport;
import io.orthus.protocol.OrderState;
import io.orthus.protocol.StartOrderCommand;
import io.orthus.protocol.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * A host that keeps to the protocol and only pretends the rest. What happens to it follows from its seed and from when
 * it is asked. Thread-safe.
 */
public final class SimulatedHost implements HostLink {
    static final Builds OLD = new Builds("10.0.2 (Debian 1:10.0.2+ds-2)", "6.12.43-1");
    private static final String NEW_QEMU = "10.1.2 (Debian 1:10.1.2+ds-1)";
    private static final String NEW_KVM = "6.12.57-1";
    private static final List<String> KVMS = List.of(OLD.kvm(), NEW_KVM);

    /** A year, and far from where numbers of milliseconds end. */
    private static final long NEVER_MS = 365L * 86_400_000;

    private final Random random;
    private final Chances chances;
    private final long paceMs;
    private final LongSupplier clockMs;
    private final boolean deaf;
    private final boolean bare;
    private final boolean hanging;
    private final List<SimulatedVm> vms = new ArrayList<>();
    private final Map<String, Given> orders = new HashMap<>();
    private final Set<String> refused = new HashSet<>();
    /** The KVM that VMs which are started from now on would run on. */
    private String kvm = OLD.kvm();

    private int collisions;

    private record Given(SimulatedOrder order, long atMs) {}

    /**
     * @param paceMs how long the move of one VM takes, in milliseconds, about
     * @param clockMs milliseconds since some moment
     */
    public SimulatedHost(String name, int vmCount, Chances chances, long paceMs, long seed, LongSupplier clockMs) {
        this.random = new Random(seed ^ name.hashCode());
        this.chances = chances;
        this.paceMs = paceMs;
        this.clockMs = clockMs;
        this.deaf = random.nextDouble() < chances.deaf();
        this.bare = random.nextDouble() < chances.bare();
        vms(name, vmCount).forEach((uuid, vm) -> {
            // Most pauses are short, and few are long.
            double pauseMs = 20 * Math.exp(1.2 * Math.abs(random.nextGaussian()));
            vms.add(new SimulatedVm(uuid, vm, pauseMs, random.nextDouble() < chances.blocked()));
        });
        this.hanging = random.nextDouble() < chances.hanging();
    }

    /** The VMs of a host of that name: names by ID. */
    public static Map<String, String> vms(String host, int count) {
        Map<String, String> names = new LinkedHashMap<>();
        for (int i = 1; i <= count; i++) {
            String vm = "i-2-%s-%d-VM".formatted(host, i);
            names.put(Cloud.uuid("vm", vm), vm);
        }
        return names;
    }

    /** How often each of its VMs has been moved, by ID. */
    public synchronized Map<String, Integer> moves() {
        Map<String, Integer> moves = new LinkedHashMap<>();
        vms.forEach(vm -> moves.put(vm.uuid, vm.moves()));
        return moves;
    }

    /** Whether it has ever told of its VMs. */
    public boolean answers() {
        return !deaf && !bare;
    }

    /** How often it was given an order while another one was under way. */
    public synchronized int collisions() {
        return collisions;
    }

    @Override
    public synchronized String send(String command) throws IOException {
        if (deaf) {
            throw new IOException("no answer");
        }
        OrderCommand order = Wire.read(command, OrderCommand.class);
        return Wire.write(bare ? new UnsupportedAnswer(order, "Unsupported command") : answer(order));
    }

    static String qemu(Target target) {
        return target.qemu() == null ? NEW_QEMU : target.qemu();
    }

    /** The KVM that a target leads to from another one. */
    static String kvm(Target target, String from) {
        if (target.kvm() == null) {
            return from;
        }
        return target.kvm().equals(Target.NEWEST) ? NEW_KVM : target.kvm();
    }

    /** What it has now. */
    HostBuilds builds() {
        return new HostBuilds("simulated", "6.12.43+deb13-amd64", List.of(NEW_QEMU), KVMS, kvm);
    }

    /** What an order that is over has done to its KVM: the old one goes with the last VM that runs on it. */
    KvmExchange settle(String to) {
        if (to.equals(kvm)) {
            return null;
        }
        String from = kvm;
        long left = vms.stream()
                .filter(vm -> !vm.lost() && vm.builds().kvm().equals(from))
                .count();
        if (left > 0) {
            return new KvmExchange(from, to, false, "KVM %s stays, %d VM(s) run on it".formatted(from, left));
        }
        kvm = to;
        return new KvmExchange(from, to, true, "KVM %s is unloaded, %s is /dev/kvm".formatted(from, to));
    }

    private Answer answer(OrderCommand command) {
        if (command instanceof StartOrderCommand start && !orders.containsKey(start.token())) {
            if (refused.contains(start.token())) {
                return new OrderAnswer(command, "order " + start.token() + " was called off before it came");
            }
            Optional<String> outOfRange = start.order().options().outOfRange();
            if (outOfRange.isPresent()) {
                return new OrderAnswer(command, outOfRange.get());
            }
            if (orders.values().stream().anyMatch(this::underWay)) {
                collisions++;
                return new OrderAnswer(command, "another order is under way");
            }
            if (!installed(start.order().target())) {
                return new OrderAnswer(
                        command,
                        new OrderReport(
                                start.token(), OrderState.FAILED, "the target is not installed", builds(), List.of()));
            }
            orders.put(start.token(), new Given(taken(start.order()), clockMs.getAsLong()));
        }
        Given given = orders.get(command.token());
        if (given == null) {
            if (command instanceof CancelOrderCommand) {
                refused.add(command.token());
            }
            return new OrderAnswer(command, new OrderReport(command.token(), OrderState.UNKNOWN, "", null, List.of()));
        }
        long now = clockMs.getAsLong() - given.atMs();
        if (command instanceof CancelOrderCommand) {
            given.order().callOff(now);
        }
        return new OrderAnswer(command, given.order().report(now));
    }

    private boolean underWay(Given given) {
        OrderReport report = given.order().report(clockMs.getAsLong() - given.atMs());
        return report.state() == OrderState.RUNNING;
    }

    private SimulatedOrder taken(Order order) {
        List<SimulatedVm> meant = order.kind() == OrderKind.PREFLIGHT
                ? vms.stream().filter(vm -> !vm.lost()).toList()
                : vms.stream().filter(vm -> order.vms().contains(vm.uuid)).toList();
        long takesMs = hanging && order.kind() != OrderKind.PREFLIGHT ? NEVER_MS : paceMs;
        return new SimulatedOrder(this, order, meant, chances, takesMs, random);
    }

    private static boolean installed(Target target) {
        return (target.qemu() == null
                        || target.qemu().equals(NEW_QEMU)
                        || target.qemu().equals(OLD.qemu()))
                && (target.kvm() == null || KVMS.contains(kvm(target, null)));
    }
}
