// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.store;

import io.orthus.protocol.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is known of a host since it last looked at its VMs.
 *
 * @param uuid CloudStack's UUID
 * @param name CloudStack's name
 * @param engine version of the agent extension; {@code null} if not known
 * @param kernel release of the running kernel; {@code null} if not known
 * @param kvm the KVM that VMs which are started from now on run on; {@code null} if not known
 * @param seen when it looked
 * @param groups its VMs, the largest group first; empty if it runs none
 */
public record HostReadiness(
        String uuid, String name, String engine, String kernel, String kvm, Instant seen, List<Group> groups) {
    public HostReadiness {
        groups = List.copyOf(groups);
    }

    /** With the groups of the other, which is the same host. */
    HostReadiness with(HostReadiness other) {
        List<Group> both = Stream.concat(groups.stream(), other.groups.stream()).toList();
        return new HostReadiness(uuid, name, engine, kernel, kvm, seen, both);
    }

    /**
     * VMs that run on the same builds and of which the same was said.
     *
     * @param qemu the QEMU build; {@code null} if not known
     * @param kvm the KVM build; {@code null} if not known
     * @param verdict whether they could be moved; {@code null} if not known
     * @param vms how many they are
     */
    public record Group(String qemu, String kvm, Verdict verdict, int vms) {}
}
