// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.campaign;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A decision that is being made: the situation as it will be, and what changed. Used by one thread. */
final class Draft {
    private final Situation situation;
    private final Map<String, VmRun> vms = new LinkedHashMap<>();
    private final Map<String, VmRun> changed = new LinkedHashMap<>();
    private final List<Effect> effects = new ArrayList<>();
    private HostRun host;

    Draft(Situation situation) {
        this.situation = situation;
        this.host = situation.host();
        situation.vms().forEach(vm -> vms.put(vm.uuid(), vm));
    }

    HostRun host() {
        return host;
    }

    void host(HostRun next) {
        host = next;
    }

    List<VmRun> in(VmState state) {
        return vms.values().stream().filter(vm -> vm.state() == state).toList();
    }

    boolean knows(String uuid) {
        return vms.containsKey(uuid);
    }

    void put(VmRun vm) {
        if (vm.equals(vms.put(vm.uuid(), vm))) {
            return;
        }
        changed.put(vm.uuid(), vm);
        if (vm.state() == VmState.LOST || vm.state() == VmState.UNKNOWN) {
            tell(Notice.Kind.VM_LOST, "VM %s on host %s: %s".formatted(vm.name(), host.hostName(), vm.message()));
        }
    }

    void all(VmState from, VmState to, String why) {
        in(from).forEach(vm -> put(vm.to(to, why, situation.now())));
    }

    void add(Effect effect) {
        effects.add(effect);
    }

    /** Asks CloudStack to keep its hands off a VM, now or again. */
    void hold(VmRun vm) {
        VmRun asked = vm.asked(situation.now());
        put(asked);
        add(new Effect.Hold(asked));
    }

    /** Asks CloudStack to live-migrate a VM to another host, for the first time or after that has failed. */
    void sendAway(VmRun vm) {
        VmRun asked = vm.asked(situation.now());
        put(asked);
        add(new Effect.SendAway(asked));
    }

    void failed(String why) {
        host = host.to(HostState.FAILED, why);
        tell(Notice.Kind.HOST_FAILED, "Host %s was not upgraded: %s".formatted(host.hostName(), why));
    }

    private void tell(Notice.Kind kind, String text) {
        add(new Effect.Tell(new Notice(kind, text)));
    }

    Decision done() {
        Plan plan = situation.campaign().plan();
        int failures =
                (int) vms.values().stream().filter(vm -> vm.failure(plan)).count();
        HostRun counted = host.failures(failures + (host.state() == HostState.FAILED ? 1 : 0));
        return new Decision(counted, List.copyOf(changed.values()), List.copyOf(effects));
    }
}
