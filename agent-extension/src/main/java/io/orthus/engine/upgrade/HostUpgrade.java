// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import io.orthus.engine.adopt.SwitchResult;
import io.orthus.engine.adopt.SwitchVm;
import io.orthus.engine.adopt.Window;
import io.orthus.engine.adopt.WindowRefusedException;
import io.orthus.engine.graft.GraftException;
import io.orthus.engine.model.VmOutcome;
import io.orthus.engine.model.VmOutcome.Result;
import io.orthus.engine.model.VmPlan;
import io.orthus.engine.report.UpgradeReport;
import io.orthus.engine.vmm.Method;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The walk over all VMs of a host: canaries first, then batches that are prepared side by side and share a window each,
 * transplants one by one at the end. Stops when the failure budget is used up. For one thread, once.
 */
public final class HostUpgrade {
    /** How often a window is tried that found a status file changed in the last moment. */
    private static final int WINDOW_TRIES = 3;

    private final Host host;
    private final Options options;
    private final Progress progress;
    private final List<VmOutcome> outcomes = new ArrayList<>();
    private final List<Duration> outages = new ArrayList<>();
    private final Instant started = Instant.now();
    private final long startedNanos = System.nanoTime();

    /** An upgrade of {@code host}. */
    public HostUpgrade(Host host, Options options, Progress progress) {
        this.host = host;
        this.options = options;
        this.progress = progress;
    }

    /**
     * Carries the plans out. Never throws for what befalls a single VM.
     *
     * @param direction {@code upgrade} or {@code rollback}, for the report
     * @throws IOException if the host itself is not fit, before anything was touched
     */
    public UpgradeReport run(String direction, List<VmPlan> plans) throws IOException {
        host.daemon().ensureGate();
        for (VmPlan plan : plans) {
            if (!plan.movable()) {
                finish(untouched(plan));
            }
        }
        for (List<VmPlan> batch : batches(plans)) {
            if (failures() > options.failureBudget()) {
                batch.forEach(
                        plan -> finish(outcome(plan, Result.NOT_BEGUN, "start", "the failure budget is used up")));
            } else {
                upgrade(batch);
            }
        }
        return new UpgradeReport(
                direction,
                started,
                Duration.ofNanos(System.nanoTime() - startedNanos),
                List.copyOf(outages),
                List.copyOf(outcomes));
    }

    private long failures() {
        return outcomes.stream()
                .filter(vm -> vm.result() == Result.ROLLED_BACK || vm.result() == Result.LOST)
                .count();
    }

    /** Those with the shortest pause go first: if something is wrong, it is found out cheaply. */
    private List<List<VmPlan>> batches(List<VmPlan> plans) {
        Comparator<VmPlan> order = Comparator.comparing(
                        (VmPlan plan) -> plan.predictedPause().orElse(Duration.ZERO))
                .thenComparing(plan -> plan.vm().ramBytes())
                .thenComparing(plan -> plan.vm().id().name());
        List<VmPlan> together = plans.stream()
                .filter(VmPlan::movable)
                .filter(plan -> plan.method().orElseThrow() != Method.TRANSPLANT)
                .sorted(order)
                .toList();
        List<List<VmPlan>> batches = new ArrayList<>();
        int canaries = Math.min(options.canaries(), together.size());
        if (canaries > 0) {
            batches.add(together.subList(0, canaries));
        }
        for (int i = canaries; i < together.size(); i += options.batch()) {
            batches.add(together.subList(i, Math.min(i + options.batch(), together.size())));
        }
        // A transplant stops its guest when its copy is nearly done; it cannot wait there for another one's copy.
        plans.stream()
                .filter(VmPlan::movable)
                .filter(plan -> plan.method().orElseThrow() == Method.TRANSPLANT)
                .sorted(order)
                .forEach(plan -> batches.add(List.of(plan)));
        return batches;
    }

    private void upgrade(List<VmPlan> batch) {
        List<VmUpgrade> ready = prepareAll(batch);
        // A transplant that was refused has begun its copy already and must start from the beginning.
        boolean repeatable = batch.get(0).method().orElseThrow() != Method.TRANSPLANT;
        for (int tries = 1; !ready.isEmpty(); tries++) {
            try {
                window(ready);
                return;
            } catch (WindowRefusedException e) {
                if (!repeatable || tries == WINDOW_TRIES) {
                    giveUp(ready, new GraftException("window", e.getMessage(), e));
                    return;
                }
                progress.host("trying the window again: " + e.getMessage());
            } catch (GraftException e) {
                giveUp(ready, e);
                return;
            } catch (IOException e) {
                giveUp(ready, new GraftException("window", e.getMessage(), e));
                return;
            }
        }
    }

    private void giveUp(List<VmUpgrade> vms, GraftException why) {
        try {
            // The switch may have put guests back, for which it needs libvirtd's place at their monitors.
            host.reconnect();
        } catch (IOException e) {
            progress.host("libvirtd is not back: " + e.getMessage());
        }
        vms.forEach(vm -> fail(vm, why));
    }

    private List<VmUpgrade> prepareAll(List<VmPlan> batch) {
        Map<VmUpgrade, Future<?>> running = new java.util.LinkedHashMap<>();
        ExecutorService pool = Executors.newFixedThreadPool(Math.min(options.parallel(), batch.size()));
        try {
            for (VmPlan plan : batch) {
                VmUpgrade vm = new VmUpgrade(host, plan, options);
                running.put(vm, pool.submit(() -> {
                    vm.prepare(progress);
                    return null;
                }));
            }
            List<VmUpgrade> ready = new ArrayList<>();
            running.forEach((vm, future) -> {
                Optional<GraftException> failure = failureOf(future);
                failure.ifPresentOrElse(e -> fail(vm, e), () -> ready.add(vm));
            });
            return ready;
        } finally {
            pool.shutdown();
        }
    }

    private static Optional<GraftException> failureOf(Future<?> future) {
        try {
            future.get();
            return Optional.empty();
        } catch (ExecutionException e) {
            return Optional.of(
                    e.getCause() instanceof GraftException graft
                            ? graft
                            : new GraftException("prepare", String.valueOf(e.getCause()), e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(new GraftException("prepare", "interrupted", e));
        }
    }

    /** VMs that fail before the window opens leave {@code ready}; the others stay for another try. */
    private void window(List<VmUpgrade> ready) throws IOException, WindowRefusedException, GraftException {
        List<SwitchVm> documents = new ArrayList<>();
        for (VmUpgrade vm : List.copyOf(ready)) {
            try {
                documents.add(vm.stage());
            } catch (GraftException e) {
                ready.remove(vm);
                fail(vm, e);
            }
        }
        if (ready.isEmpty()) {
            return;
        }
        Window.Outcome outcome;
        try (Window window = Window.arm(host.windowSettings(options), documents)) {
            for (VmUpgrade vm : ready) {
                vm.handOver(window.process());
                vm.approach(progress);
            }
            progress.host("window: libvirtd goes, %d VM(s) switch".formatted(ready.size()));
            outcome = window.go();
        }
        outages.add(outcome.outage());
        host.reconnect();
        progress.host("libvirtd is back");
        Map<UUID, SwitchResult> results =
                outcome.results().stream().collect(Collectors.toMap(SwitchResult::uuid, Function.identity()));
        ready.forEach(
                vm -> settle(vm, Optional.ofNullable(results.get(vm.vm().id().uuid()))));
    }

    private void settle(VmUpgrade vm, Optional<SwitchResult> result) {
        try {
            if (result.isEmpty()) {
                finish(outcome(vm, Result.LOST, "switch", "the switch said nothing about it; run 'orthus recover'"));
                return;
            }
            SwitchResult switched = result.get();
            switch (switched.result()) {
                case COMMITTED -> {
                    vm.committed();
                    finish(upgraded(vm, switched));
                }
                case ROLLED_BACK -> {
                    vm.rolledBack(switched);
                    finish(outcome(vm, Result.ROLLED_BACK, switched.step(), switched.message()));
                }
                case LOST -> finish(outcome(vm, Result.LOST, switched.step(), switched.message()));
            }
        } catch (GraftException e) {
            // The guest is where the switch left it; only the books are not closed.
            Result where =
                    result.orElseThrow().result() == SwitchResult.Kind.COMMITTED ? Result.UPGRADED : Result.ROLLED_BACK;
            finish(outcome(vm, where, e.step(), e.getMessage() + "; run 'orthus recover'"));
        }
    }

    private void fail(VmUpgrade vm, GraftException e) {
        List<String> left = vm.undo();
        String rest = left.isEmpty() ? "" : "; left for 'orthus recover': " + String.join(", ", left);
        finish(outcome(vm, Result.ROLLED_BACK, e.step(), e.getMessage() + rest));
    }

    private void finish(VmOutcome outcome) {
        outcomes.add(outcome);
        progress.done(outcome);
    }

    private static VmOutcome untouched(VmPlan plan) {
        return plan.upToDate()
                ? outcome(plan, Result.UP_TO_DATE, "plan", plan.why())
                : outcome(
                        plan,
                        Result.REFUSED,
                        "preflight",
                        plan.blockers().stream().map(Object::toString).collect(Collectors.joining("; ")));
    }

    private static VmOutcome outcome(VmPlan plan, Result result, String step, String message) {
        return new VmOutcome(
                plan.vm().id(),
                result,
                plan.method(),
                plan.vm().running(),
                plan.target(),
                step,
                message,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static VmOutcome outcome(VmUpgrade vm, Result result, String step, String message) {
        return outcome(vm.plan(), result, step, message);
    }

    private static VmOutcome upgraded(VmUpgrade vm, SwitchResult switched) {
        return new VmOutcome(
                vm.vm().id(),
                Result.UPGRADED,
                vm.plan().method(),
                vm.vm().running(),
                vm.plan().target(),
                "done",
                "",
                switched.pause(),
                Optional.of(vm.preparation()),
                Optional.of(vm.elapsed()));
    }
}
