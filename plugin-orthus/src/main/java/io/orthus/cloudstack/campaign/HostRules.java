// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.campaign;

import io.orthus.protocol.CancelOrderCommand;
import io.orthus.protocol.Order;
import io.orthus.protocol.OrderCommand;
import io.orthus.protocol.OrderKind;
import io.orthus.protocol.OrderOptions;
import io.orthus.protocol.OrderReport;
import io.orthus.protocol.PollOrderCommand;
import io.orthus.protocol.StartOrderCommand;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What happens next on a host that has been begun. Deterministic and without effects.
 *
 * <p>First the host looks at its VMs. Then they are moved in rounds of a few: CloudStack is asked to keep its hands off
 * them, and when it does they are put into one order, under the token of that round. A round that is under way is always
 * brought to its end; only what has not been begun can be left out.
 */
public final class HostRules {
    private static final Comparator<VmRun> SHORTEST_PAUSE_FIRST = Comparator.comparing(
                    VmRun::predictedPauseMs, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(VmRun::uuid);

    /** After which time CloudStack is asked again to migrate a VM away; as long as it waits itself between attempts. */
    private static final Duration LEAVE_AGAIN = Duration.ofMinutes(2);

    private HostRules() {}

    /** What to do now. */
    public static Decision next(Situation s) {
        Draft draft = new Draft(s);
        switch (s.host().state()) {
            case CHECKING -> check(s, draft);
            case WORKING -> work(s, draft);
            case WAITING, DONE, SKIPPED, FAILED, CANCELLED -> {
                // The campaign begins hosts; one that is through stays so.
            }
        }
        return draft.done();
    }

    /** What follows from what the host said to the command of an {@link Effect.Ask}. */
    public static Decision heard(Situation s, OrderCommand command, Reply reply) {
        Draft draft = new Draft(s);
        if (s.host().state() == HostState.CHECKING) {
            checked(s, draft, reply);
        } else if (isUnderWay(s, draft)) {
            moved(s, draft, command, reply);
        }
        return draft.done();
    }

    /**
     * What follows from where the VMs that are to leave were found.
     *
     * @param found by the keys of their rows
     */
    public static Decision found(Situation s, Map<Long, Whereabouts> found) {
        Draft draft = new Draft(s);
        for (VmRun vm : draft.in(VmState.LEAVING)) {
            switch (found.getOrDefault(vm.id(), Whereabouts.HERE)) {
                case HERE -> {
                    // It is looked for again.
                }
                case ELSEWHERE -> draft.put(vm.to(VmState.LEFT, "runs on another host now", s.now()));
                case NOWHERE -> draft.put(vm.to(VmState.ENDED, "does not run in CloudStack any more", s.now()));
            }
        }
        return draft.done();
    }

    private static void check(Situation s, Draft draft) {
        HostRun host = s.host();
        if (s.cancelling()) {
            draft.host(host.to(HostState.CANCELLED, ""));
            draft.add(new Effect.Ask(new CancelOrderCommand(host.token())));
        } else if (silent(s, host.heard(), s.pace().hostPatience())
                || silent(s, host.began(), s.pace().orderPatience())) {
            draft.host(host.to(HostState.SKIPPED, host.message().isEmpty() ? "did not answer" : host.message()));
        } else {
            draft.host(host.due(s.now().plus(s.pace().poll())));
            Plan plan = s.campaign().plan();
            OrderOptions options = new OrderOptions(0, 0, 0, 0, plan.passthrough());
            Order order = new Order(host.token(), OrderKind.PREFLIGHT, plan.target(), List.of(), options);
            draft.add(new Effect.Ask(host.known() ? new PollOrderCommand(host.token()) : new StartOrderCommand(order)));
        }
    }

    private static void checked(Situation s, Draft draft, Reply reply) {
        HostRun host = s.host();
        if (reply instanceof Reply.Unsupported unsupported) {
            draft.host(host.to(HostState.SKIPPED, unsupported.why()));
        } else if (reply instanceof Reply.Refused refused) {
            draft.host(host.saying(refused.why()));
        } else if (reply instanceof Reply.Unreachable unreachable) {
            draft.host(host.saying(unreachable.why()));
        } else if (reply instanceof Reply.Answered answered) {
            checked(s, draft, answered.report());
        }
    }

    private static void checked(Situation s, Draft draft, OrderReport report) {
        HostRun host = s.host();
        if (report.state() == null) {
            draft.host(host.saying("answered in words of a newer version; upgrade the management server's plugin"));
            return;
        }
        switch (report.state()) {
            case UNKNOWN -> draft.host(host.heard(false, "", s.now()));
            case RUNNING -> draft.host(host.heard(true, report.message(), s.now()));
            case FAILED -> draft.failed(report.message());
            case DONE -> {
                draft.host(host.heard(false, "", s.now()).due(s.now()));
                report.vms().forEach(vm -> {
                    if (vm.uuid() != null && !draft.knows(vm.uuid())) {
                        draft.put(Reports.planned(s, vm));
                    }
                });
                draft.host(checked(s, draft.host(), report));
            }
        }
    }

    private static HostRun checked(Situation s, HostRun host, OrderReport report) {
        Plan plan = s.campaign().plan();
        if (plan.dryRun()) {
            return host.to(HostState.DONE, "");
        }
        // A KVM goes when its last VM has left it; nobody leaves it here.
        return report.vms().isEmpty() && plan.target().kvm() != null
                ? host.to(
                        HostState.SKIPPED,
                        "it runs no VM, and its KVM was left as it is; restart it with the new kernel")
                : host.to(HostState.WORKING, "");
    }

    private static void work(Situation s, Draft draft) {
        if (isUnderWay(s, draft)) {
            move(s, draft);
        } else if (!draft.in(VmState.HOLDING).isEmpty()) {
            hold(s, draft);
        } else if (s.cancelling()) {
            draft.all(VmState.READY, VmState.NOT_BEGUN, "the campaign was cancelled");
            draft.all(VmState.LEAVING, VmState.NOT_BEGUN, "the campaign was cancelled");
            draft.host(s.host().to(HostState.CANCELLED, ""));
        } else if (!s.mayBegin()) {
            draft.host(s.host().due(s.now().plus(s.pace().idle())));
        } else if (!draft.in(VmState.READY).isEmpty()) {
            beginRound(s, draft);
        } else if (!draft.in(VmState.LEAVING).isEmpty()) {
            waitForLeaving(s, draft);
        } else {
            draft.host(s.host().to(HostState.DONE, ""));
        }
    }

    /** Its VMs may all have been moved, and the host be at what comes after them: the old KVM. */
    private static boolean isUnderWay(Situation s, Draft draft) {
        return s.host().known() || !draft.in(VmState.MOVING).isEmpty();
    }

    private static void beginRound(Situation s, Draft draft) {
        draft.in(VmState.READY).stream()
                .sorted(SHORTEST_PAUSE_FIRST)
                .limit(s.campaign().plan().vmsAtOnce())
                .forEach(vm -> draft.hold(vm.to(VmState.HOLDING, "", s.now())));
        draft.host(s.host().due(s.now().plus(s.pace().poll())));
    }

    private static void hold(Situation s, Draft draft) {
        if (!s.mayBegin()) {
            draft.all(VmState.HOLDING, VmState.READY, "");
            draft.host(s.host().due(s.now()));
            return;
        }
        for (VmRun vm : draft.in(VmState.HOLDING)) {
            if (vm.held(s.now(), s.pace().holdFresh())) {
                continue;
            }
            if (silent(s, vm.since(), s.pace().holdPatience())) {
                draft.put(vm.to(VmState.NOT_BEGUN, "was busy with another operation; run the upgrade again", s.now()));
            } else if (silent(s, vm.holdAsked(), s.pace().holdFresh())) {
                draft.hold(vm);
            }
        }
        List<VmRun> round = draft.in(VmState.HOLDING);
        if (round.stream().allMatch(vm -> vm.held(s.now(), s.pace().holdFresh()))) {
            draft.all(VmState.HOLDING, VmState.MOVING, "");
            draft.host(round.isEmpty() ? s.host().due(s.now()) : s.host().newOrder(s.now()));
        } else {
            draft.host(s.host().due(s.now().plus(s.pace().poll())));
        }
    }

    private static void move(Situation s, Draft draft) {
        HostRun host = s.host();
        Duration twice = s.pace().orderPatience().multipliedBy(2);
        if (silent(s, host.heard(), s.pace().hostPatience()) || silent(s, host.began(), twice)) {
            String why = "the host was lost sight of while the VM was being moved; look at it with 'orthus status'";
            draft.all(VmState.MOVING, VmState.UNKNOWN, why);
            draft.all(VmState.READY, VmState.NOT_BEGUN, "its host was lost sight of");
            draft.all(VmState.LEAVING, VmState.NOT_BEGUN, "its host was lost sight of");
            draft.failed(host.message().isEmpty() ? "it did not answer while VMs were being moved" : host.message());
            return;
        }
        // A hold ends with the server that keeps it.
        draft.in(VmState.MOVING).stream()
                .filter(vm -> !vm.held(s.now(), s.pace().holdFresh()))
                .filter(vm -> silent(s, vm.holdAsked(), s.pace().holdFresh()))
                .forEach(draft::hold);
        draft.host(host.due(s.now().plus(s.pace().poll())));
        draft.add(new Effect.Ask(orderCommand(s, draft)));
    }

    private static OrderCommand orderCommand(Situation s, Draft draft) {
        HostRun host = s.host();
        if (s.cancelling() || silent(s, host.began(), s.pace().orderPatience())) {
            return new CancelOrderCommand(host.token());
        }
        if (host.known()) {
            return new PollOrderCommand(host.token());
        }
        if (!s.mayBegin()) {
            return new CancelOrderCommand(host.token());
        }
        Plan plan = s.campaign().plan();
        List<String> uuids =
                draft.in(VmState.MOVING).stream().map(VmRun::uuid).sorted().toList();
        OrderOptions options = new OrderOptions(
                0, plan.vmsAtOnce(), s.campaign().budgetLeft(s.failures()), plan.longestPauseMs(), plan.passthrough());
        return new StartOrderCommand(new Order(host.token(), plan.kind(), plan.target(), uuids, options));
    }

    private static void moved(Situation s, Draft draft, OrderCommand command, Reply reply) {
        HostRun host = s.host();
        if (reply instanceof Reply.Answered answered && answered.report().state() != null) {
            moved(s, draft, command, answered.report());
        } else if (reply instanceof Reply.Refused refused) {
            draft.host(host.saying(refused.why()));
        } else if (reply instanceof Reply.Unreachable unreachable) {
            draft.host(host.saying(unreachable.why()));
        } else {
            draft.host(host.saying("the agent does not understand this protocol version any more"));
        }
    }

    private static void moved(Situation s, Draft draft, OrderCommand command, OrderReport report) {
        HostRun host = s.host();
        switch (report.state()) {
            case UNKNOWN -> forgotten(s, draft, command);
            case RUNNING -> {
                draft.host(host.heard(true, report.message(), s.now()));
                Reports.take(s, draft, report);
            }
            case DONE -> {
                draft.host(host.heard(false, "", s.now()).due(s.now()).exchanged(report.kvm()));
                Reports.take(s, draft, report);
                draft.all(VmState.MOVING, VmState.UNKNOWN, "the host did not say what became of it");
            }
            case FAILED -> {
                draft.host(host.heard(false, report.message(), s.now()));
                draft.all(VmState.MOVING, VmState.NOT_BEGUN, report.message());
                draft.all(VmState.READY, VmState.NOT_BEGUN, report.message());
                draft.all(VmState.LEAVING, VmState.NOT_BEGUN, report.message());
                draft.failed(report.message());
            }
        }
    }

    /**
     * The order never arrived, or the host has forgotten it. Only when it was called off is it certain that it will not
     * be begun any more: a start whose answer was lost may still be on its way.
     */
    private static void forgotten(Situation s, Draft draft, OrderCommand command) {
        draft.host(s.host().heard(false, "", s.now()));
        if (command instanceof CancelOrderCommand) {
            if (silent(s, s.host().began(), s.pace().orderPatience())) {
                draft.all(VmState.MOVING, VmState.NOT_BEGUN, "the host did not take the order in time");
            }
            draft.all(VmState.MOVING, VmState.READY, "");
            draft.host(draft.host().due(s.now()));
        }
    }

    private static void waitForLeaving(Situation s, Draft draft) {
        for (VmRun vm : draft.in(VmState.LEAVING)) {
            if (silent(s, vm.since(), s.pace().leavePatience())) {
                draft.put(vm.to(VmState.BLOCKED, vm.message() + "; and it was not migrated away in time", s.now()));
                continue;
            }
            draft.add(new Effect.Find(vm));
            if (silent(s, vm.holdAsked(), LEAVE_AGAIN)) {
                draft.sendAway(vm);
            }
        }
        draft.host(s.host().due(s.now().plus(s.pace().poll())));
    }

    private static boolean silent(Situation s, Instant since, Duration patience) {
        return since == null || since.plus(patience).isBefore(s.now());
    }
}
