// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.protocol;

import java.util.List;

/**
 * How an order stands.
 *
 * @param token which order
 * @param state how it stands
 * @param message one sentence for the operator; why, if it failed
 * @param host what the host has; {@code null} while that is not known
 * @param vms the VMs of the order, for a preflight all that run, as far as they are known
 * @param kvm what was done to the host's KVM; {@code null} if it was left as it is, or that is not known
 */
public record OrderReport(
        String token, OrderState state, String message, HostBuilds host, List<VmReport> vms, KvmExchange kvm) {
    public OrderReport {
        message = message == null ? "" : message;
        vms = vms == null ? List.of() : List.copyOf(vms);
    }

    /** Of an order that leaves KVM as it is. */
    public OrderReport(String token, OrderState state, String message, HostBuilds host, List<VmReport> vms) {
        this(token, state, message, host, vms, null);
    }
}
