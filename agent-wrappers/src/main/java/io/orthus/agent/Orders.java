// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.agent;

import com.google.gson.JsonObject;
import io.orthus.protocol.HostBuilds;
import io.orthus.protocol.KvmExchange;
import io.orthus.protocol.Order;
import io.orthus.protocol.OrderCommand;
import io.orthus.protocol.OrderKind;
import io.orthus.protocol.OrderReport;
import io.orthus.protocol.OrderState;
import io.orthus.protocol.VmReport;
import io.orthus.protocol.VmResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The orders of this host, one at a time. Each call answers within the seconds that the engine takes to look around. All
 * state is on disk and with systemd, so it is the same for every object of this class. Thread-safe within one agent.
 *
 * <p>An order runs as one unit, {@code orthus-order-TOKEN}. If that is gone and has not reported, the engine died or
 * refused; then {@code orthus-recovery-TOKEN} brings the host into order, and what the VMs run on tells how it went.
 */
public final class Orders {
    private static final Path DIRECTORY = Path.of("/var/lib/orthus/orders");
    private static final Path MODULES = Path.of("/lib/modules", System.getProperty("os.version"), "updates", "dkms");
    /** What the management server asks for by default, in seconds: orthus.answer.wait. */
    private static final int USUAL_WAIT = 15;
    /** As the protocol promises. */
    private static final Duration KEPT = Duration.ofDays(30);
    /** Becomes the name of a directory and of a unit. A slash, as management servers use, is replaced by what is not in it. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,99}(/[0-9]{1,9})?");

    private static final Object ONE_AT_A_TIME = new Object();

    private final Path directory;
    private final Engine engine;
    private final Kvms kvms;
    private final Units units;

    Orders(Path directory, Path modules, Programs programs) {
        this.directory = directory;
        this.engine = new Engine(programs);
        this.kvms = new Kvms(modules, programs);
        this.units = new Units(programs);
    }

    /** Those of the host that the agent runs on, to answer a command before its sender has given up. */
    public static Orders ofThisHost(OrderCommand command) {
        return new Orders(DIRECTORY, MODULES, new Children(patience(command.getWait())));
    }

    /**
     * How long a program may take. CloudStack waits for twice what it says; a later answer is asked for again.
     *
     * @param wait what the sender says, in seconds; 0 if it says nothing
     */
    static Duration patience(int wait) {
        return Duration.ofSeconds(Math.max(5, 2 * (wait > 0 ? wait : USUAL_WAIT) - 5));
    }

    /** Begins an order, unless it is known already; tells how it stands. */
    public OrderReport start(Order order) throws RefusedException, IOException {
        synchronized (ONE_AT_A_TIME) {
            check(order);
            OrderFolder folder = folder(order.token());
            if (folder.refused()) {
                throw new RefusedException("order %s was called off before it began".formatted(order.token()));
            }
            if (folder.order().isEmpty()) {
                requireNoOther();
                begin(folder, order);
            }
            return report(folder, order);
        }
    }

    /** Tells how an order stands. */
    public OrderReport poll(String token) throws RefusedException, IOException {
        synchronized (ONE_AT_A_TIME) {
            OrderFolder folder = folder(token);
            Optional<Order> order = folder.order();
            return order.isPresent() ? report(folder, order.get()) : unknown(token);
        }
    }

    /** Calls an order off; tells how it stands. */
    public OrderReport cancel(String token) throws RefusedException, IOException {
        synchronized (ONE_AT_A_TIME) {
            OrderFolder folder = folder(token);
            Optional<Order> order = folder.order();
            if (order.isEmpty()) {
                folder.refuse();
                return unknown(token);
            }
            if (folder.report().isEmpty() && units.running(walkUnit(folder))) {
                units.stop(walkUnit(folder));
            }
            return report(folder, order.get());
        }
    }

    private void begin(OrderFolder folder, Order order) throws IOException {
        sweep();
        JsonObject inventory = engine.inventory();
        Set<String> running = Reports.running(inventory);
        List<String> vms = order.vms().stream().filter(running::contains).toList();
        List<String> command;
        try {
            command = Engine.walk(order, vms, inventory, module(order));
        } catch (RefusedException e) {
            // For good: should the same order come again when the target is there, nobody would wait for it any more.
            folder.create(order, inventory);
            folder.finish(failed(order, e.getMessage()));
            return;
        }
        folder.create(order, inventory);
        // Without names the engine would take all VMs.
        if (order.kind() == OrderKind.PREFLIGHT || !vms.isEmpty()) {
            units.start(
                    walkUnit(folder),
                    command,
                    folder.walk().out(),
                    folder.walk().err());
        }
    }

    private Optional<Path> module(Order order) throws RefusedException, IOException {
        return order.kind() == OrderKind.ROLLBACK || order.target().kvm() == null
                ? Optional.empty()
                : kvms.module(order.target(), engine.status());
    }

    private OrderReport report(OrderFolder folder, Order order) throws IOException {
        Optional<OrderReport> over = folder.report();
        if (over.isPresent()) {
            return over.get();
        }
        // First the unit, then what it wrote: a unit that is gone has written all.
        if (units.running(walkUnit(folder))) {
            return running(order);
        }
        Optional<JsonObject> said = folder.walk().report();
        if (order.kind() == OrderKind.PREFLIGHT) {
            return finish(folder, said.isPresent() ? looked(order, said.get()) : failed(order, why(folder)));
        }
        Set<String> before = Reports.running(folder.before());
        if (said.isPresent()) {
            JsonObject walk = said.get();
            return finish(folder, done(order, before, Reports.walk(walk), Reports.exchange(walk)));
        }
        return order.vms().stream().anyMatch(before::contains)
                ? recover(folder, order, before)
                : finish(folder, done(order, before, List.of(), null));
    }

    private OrderReport running(Order order) throws IOException {
        List<VmReport> vms =
                order.kind() == OrderKind.PREFLIGHT ? List.of() : Reports.underWay(engine.status(), order.vms());
        return new OrderReport(order.token(), OrderState.RUNNING, "", null, vms);
    }

    /** The walk is over and has not reported. */
    private OrderReport recover(OrderFolder folder, Order order, Set<String> before) throws IOException {
        String unit = "orthus-recovery-" + folder.name();
        String recovering = "recovering, because the walk ended without a report: " + why(folder);
        if (units.running(unit)) {
            return new OrderReport(order.token(), OrderState.RUNNING, recovering, null, List.of());
        }
        Optional<JsonObject> recovery = folder.recovery().report();
        if (recovery.isEmpty()) {
            // Not begun yet, or it could not do it, for example because somebody upgrades by hand: then once more.
            String earlier = folder.recovery().lastLine();
            folder.recovery().delete();
            units.start(
                    unit,
                    Engine.recovery(),
                    folder.recovery().out(),
                    folder.recovery().err());
            String message = earlier.isEmpty() ? recovering : recovering + "; " + earlier;
            return new OrderReport(order.token(), OrderState.RUNNING, message, null, List.of());
        }
        List<String> begun = order.vms().stream().filter(before::contains).toList();
        List<VmReport> vms = Reports.recovered(begun, folder.before(), engine.inventory(), recovery.get(), why(folder));
        boolean untouched = vms.stream().allMatch(vm -> vm.result() == VmResult.NOT_BEGUN);
        return finish(folder, untouched ? failed(order, why(folder)) : done(order, before, vms, null));
    }

    private OrderReport looked(Order order, JsonObject preflight) throws IOException {
        return new OrderReport(order.token(), OrderState.DONE, "", host(preflight), Reports.preflight(preflight));
    }

    private HostBuilds host(JsonObject preflight) throws IOException {
        String version = Objects.requireNonNullElse(Orders.class.getPackage().getImplementationVersion(), "unknown");
        JsonObject status = engine.status();
        return new HostBuilds(
                version,
                System.getProperty("os.version"),
                Reports.targets(preflight),
                kvms.versions(status),
                kvms.standard(status));
    }

    private OrderReport done(Order order, Set<String> before, List<VmReport> moved, KvmExchange kvm)
            throws IOException {
        List<VmReport> vms = new ArrayList<>(moved);
        order.vms().stream()
                .filter(vm -> !before.contains(vm))
                .map(Reports::gone)
                .forEach(vms::add);
        // Without the preflight, which QEMUs there are is not known.
        return new OrderReport(order.token(), OrderState.DONE, "", host(new JsonObject()), vms, kvm);
    }

    private static OrderReport failed(Order order, String why) {
        return new OrderReport(order.token(), OrderState.FAILED, why, null, List.of());
    }

    private static OrderReport unknown(String token) {
        return new OrderReport(token, OrderState.UNKNOWN, "", null, List.of());
    }

    private static OrderReport finish(OrderFolder folder, OrderReport report) throws IOException {
        folder.finish(report);
        return report;
    }

    private static String why(OrderFolder folder) throws IOException {
        String last = folder.walk().lastLine();
        return last.isEmpty() ? "it was ended before it said anything" : last;
    }

    private void requireNoOther() throws RefusedException, IOException {
        for (OrderFolder other : folders()) {
            Optional<Order> order = other.order();
            if (order.isPresent() && report(other, order.get()).state() == OrderState.RUNNING) {
                throw new RefusedException("order %s is under way on this host; wait for its end"
                        .formatted(order.get().token()));
            }
        }
    }

    /** What nobody will ask for any more. */
    private void sweep() throws IOException {
        Instant old = Instant.now().minus(KEPT);
        for (OrderFolder folder : folders()) {
            if (folder.overSince(old)) {
                folder.delete();
            }
        }
    }

    private List<OrderFolder> folders() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(directory)) {
            return folders.map(OrderFolder::new).toList();
        }
    }

    private OrderFolder folder(String token) throws RefusedException {
        if (token == null || !TOKEN.matcher(token).matches()) {
            throw new RefusedException("the order has no proper token");
        }
        return new OrderFolder(directory.resolve(token.replace('/', '_')));
    }

    private static String walkUnit(OrderFolder folder) {
        return "orthus-order-" + folder.name();
    }

    /** Nothing that comes from outside gets past here unchecked. */
    private static void check(Order order) throws RefusedException {
        if (order == null || order.kind() == null) {
            throw new RefusedException("this agent extension does not know what the order is to do; update it");
        }
        Optional<String> outOfRange = order.options().outOfRange();
        if (outOfRange.isPresent()) {
            throw new RefusedException(outOfRange.get());
        }
        if (order.kind() != OrderKind.PREFLIGHT && order.vms().isEmpty()) {
            throw new RefusedException("the order names no VM");
        }
        for (String vm : order.vms()) {
            requireUuid(vm);
        }
    }

    private static void requireUuid(String vm) throws RefusedException {
        try {
            if (UUID.fromString(vm).toString().equals(vm)) {
                return;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new RefusedException("not the UUID of a VM: " + vm);
    }
}
