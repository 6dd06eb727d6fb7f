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
import io.orthus.engine.sys.Parallel;
import io.orthus.engine.sys.Reason;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    /** Also one that ended: whether its guest was shut down or its QEMU was killed, nobody knows here. */
    private static final Set<Result> FAILURES = Set.of(Result.ROLLED_BACK, Result.ENDED, Result.LOST);

    private final Host host;
    private final Options options;
    private final Progress progress;
    private final List<VmOutcome> outcomes = new ArrayList<>();
    private final List<Duration> outages = new ArrayList<>();
    private final Instant started;
    private volatile boolean stopping;

    /** An upgrade of {@code host} that begins now. */
    public HostUpgrade(Host host, Options options, Progress progress) {
        this(host, options, progress, Instant.now());
    }

    /** An upgrade of {@code host} that counts from when its operator asked for it. */
    public HostUpgrade(Host host, Options options, Progress progress, Instant started) {
        this.host = host;
        this.options = options;
        this.progress = progress;
        this.started = started;
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
        for (List<VmPlan> batch : Batches.of(plans, options)) {
            if (stopping) {
                batch.forEach(plan -> finish(outcome(plan, Result.NOT_BEGUN, "start", "the operator stopped")));
            } else if (failures() > options.failureBudget()) {
                batch.forEach(
                        plan -> finish(outcome(plan, Result.NOT_BEGUN, "start", "the failure budget is used up")));
            } else {
                upgrade(batch);
            }
        }
        return new UpgradeReport(
                direction,
                started,
                Duration.between(started, Instant.now()),
                List.copyOf(outages),
                List.copyOf(outcomes),
                Optional.empty());
    }

    /** Has the walk end when the VMs that are under way are through. May be called from another thread. */
    public void stop() {
        stopping = true;
    }

    private long failures() {
        return outcomes.stream().filter(vm -> FAILURES.contains(vm.result())).count();
    }

    private void upgrade(List<VmPlan> batch) {
        List<VmPlan> left = batch;
        for (int tries = 1; !left.isEmpty(); tries++) {
            List<Failed> failed = new ArrayList<>();
            List<VmUpgrade> ready = prepareAll(left, failed);
            left = List.of();
            try {
                window(ready, failed);
            } catch (WindowRefusedException e) {
                if (tries == WINDOW_TRIES) {
                    giveUp(ready, new GraftException("window", Reason.of(e), e), failed);
                } else {
                    progress.host("beginning again: " + Reason.of(e));
                    left = takenBack(ready);
                }
            } catch (GraftException e) {
                giveUp(ready, e, failed);
            } catch (IOException e) {
                giveUp(ready, new GraftException("window", Reason.of(e), e), failed);
            }
            failed.forEach(this::settle);
        }
    }

    /** A VM that is on its old QEMU, the new one being gone; the rest is to be undone when libvirtd can be waited for. */
    private record Failed(VmUpgrade vm, GraftException why) {}

    /** A switch that refused has ended, and with it the new QEMUs that it was responsible for. */
    private List<VmPlan> takenBack(List<VmUpgrade> vms) {
        vms.forEach(VmUpgrade::withdraw);
        reviveConnection();
        List<VmPlan> plans = new ArrayList<>();
        for (VmUpgrade vm : vms) {
            List<String> left = vm.undo();
            if (left.isEmpty()) {
                plans.add(vm.plan());
            } else {
                String rest = "left for 'orthus recover': " + String.join(", ", left);
                finish(outcome(vm, Result.ROLLED_BACK, "window", rest));
            }
        }
        return plans;
    }

    /** Before the window: all of them are on their old QEMU. */
    private static void giveUp(List<VmUpgrade> vms, GraftException why, List<Failed> failed) {
        for (VmUpgrade vm : vms) {
            vm.withdraw();
            failed.add(new Failed(vm, why));
        }
    }

    /** That it is not back is no reason to give up VMs which the switch has moved. */
    private void awaitLibvirt() {
        try {
            host.reconnect();
            progress.host("libvirtd is back");
        } catch (IOException e) {
            progress.host("libvirtd is not back: " + e.getMessage());
        }
    }

    private List<VmUpgrade> prepareAll(List<VmPlan> batch, List<Failed> failed) {
        Map<VmUpgrade, Future<?>> running = new LinkedHashMap<>();
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
                failure.ifPresentOrElse(e -> failed.add(new Failed(vm, e)), () -> ready.add(vm));
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
    private void window(List<VmUpgrade> ready, List<Failed> failed)
            throws IOException, WindowRefusedException, GraftException {
        List<SwitchVm> documents = new ArrayList<>();
        for (Staged staged : Parallel.map(List.copyOf(ready), Staged::of)) {
            staged.document().ifPresent(documents::add);
            staged.failure().ifPresent(e -> {
                ready.remove(staged.vm());
                staged.vm().withdraw();
                failed.add(new Failed(staged.vm(), e));
            });
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
        outcome.outage().ifPresent(outages::add);
        if (!outcome.trouble().isEmpty()) {
            progress.host("the switch did not report to the end: " + outcome.trouble());
        }
        Map<UUID, SwitchResult> results =
                outcome.results().stream().collect(Collectors.toMap(SwitchResult::uuid, Function.identity()));
        awaitLibvirt();
        for (VmUpgrade vm : ready) {
            SwitchResult result = results.get(vm.vm().id().uuid());
            finish(result == null ? recovered(vm) : settled(vm, result));
        }
    }

    /** What became of the last step before the window. */
    private record Staged(VmUpgrade vm, Optional<SwitchVm> document, Optional<GraftException> failure) {
        static Staged of(VmUpgrade vm) {
            try {
                return new Staged(vm, Optional.of(vm.stage()), Optional.empty());
            } catch (GraftException e) {
                return new Staged(vm, Optional.empty(), Optional.of(e));
            }
        }
    }

    private VmOutcome settled(VmUpgrade vm, SwitchResult switched) {
        return switch (switched.result()) {
            case COMMITTED -> {
                try {
                    vm.committed();
                    yield upgraded(vm, switched, "done", "");
                } catch (GraftException e) {
                    yield upgraded(vm, switched, e.step(), e.getMessage() + "; run 'orthus recover'");
                }
            }
            case ROLLED_BACK -> {
                try {
                    vm.rolledBack(switched);
                    yield outcome(vm, Result.ROLLED_BACK, switched.step(), switched.message());
                } catch (GraftException e) {
                    // The guest is back; only the books are not closed.
                    yield outcome(vm, Result.ROLLED_BACK, e.step(), e.getMessage() + "; run 'orthus recover'");
                }
            }
            case LOST -> outcome(vm, Result.LOST, switched.step(), switched.message() + "; run 'orthus recover'");
        };
    }

    private static VmOutcome recovered(VmUpgrade vm) {
        Recovery.Finding finding = vm.recover();
        Result result =
                switch (finding.state()) {
                    case UPGRADED -> Result.UPGRADED;
                    case UNDONE -> Result.ROLLED_BACK;
                    case ENDED -> Result.ENDED;
                    case LOST, UNSETTLED -> Result.LOST;
                };
        String rest = finding.state() == Recovery.State.UNSETTLED ? "; run 'orthus recover'" : "";
        return outcome(vm, result, "switch", finding.message() + rest);
    }

    private void settle(Failed failed) {
        VmUpgrade vm = failed.vm();
        GraftException e = failed.why();
        reviveConnection();
        boolean ended = vm.oldEnded();
        List<String> left = vm.undo();
        String rest = left.isEmpty() ? "" : "; left for 'orthus recover': " + String.join(", ", left);
        finish(
                ended
                        ? outcome(vm, Result.ENDED, e.step(), "the VM ended meanwhile (" + e.getMessage() + ")" + rest)
                        : outcome(vm, Result.ROLLED_BACK, e.step(), e.getMessage() + rest));
    }

    /** Somebody may have restarted libvirtd; what is to be undone goes by way of it. */
    private void reviveConnection() {
        try {
            host.revive();
        } catch (IOException e) {
            progress.host("libvirtd is not back: " + e.getMessage());
        }
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
                plan.vm().kvm(),
                plan.kvm(),
                step,
                message,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static VmOutcome outcome(VmUpgrade vm, Result result, String step, String message) {
        return outcome(vm.plan(), result, step, message);
    }

    private VmOutcome upgraded(VmUpgrade vm, SwitchResult switched, String step, String message) {
        return new VmOutcome(
                vm.vm().id(),
                Result.UPGRADED,
                vm.plan().method(),
                vm.vm().running(),
                vm.plan().target(),
                vm.vm().kvm(),
                vm.plan().kvm(),
                step,
                message,
                switched.pause(),
                Optional.of(vm.preparation()),
                switched.resumed().map(moment -> Duration.between(started, moment)));
    }
}
