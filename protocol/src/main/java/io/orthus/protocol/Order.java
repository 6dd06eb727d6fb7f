// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.protocol;

import java.util.List;

/**
 * What a host is to do.
 *
 * @param token names the order, unique for ever; chosen by the sender
 * @param kind what to do
 * @param target what the VMs shall run on; without meaning for a rollback
 * @param vms UUIDs of the VMs that may be touched; for a preflight empty, it looks at all
 * @param options how to go about it
 */
public record Order(String token, OrderKind kind, Target target, List<String> vms, OrderOptions options) {
    public Order {
        target = target == null ? Target.INSTALLED : target;
        vms = vms == null ? List.of() : List.copyOf(vms);
        options = options == null ? OrderOptions.DEFAULTS : options;
    }
}
