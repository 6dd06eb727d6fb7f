// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.protocol;

import java.util.List;

/**
 * What a host has, whether or not a VM runs on it.
 *
 * @param engine version of the agent extension
 * @param kernel release of the running kernel
 * @param qemus installed QEMU builds, by version
 * @param kvms KVM builds that are loaded or can be loaded, by version
 * @param kvm the one that VMs which are started from now on run on, by version; {@code null} if there is none, or it is
 *     not known
 */
public record HostBuilds(String engine, String kernel, List<String> qemus, List<String> kvms, String kvm) {
    public HostBuilds {
        qemus = qemus == null ? List.of() : List.copyOf(qemus);
        kvms = kvms == null ? List.of() : List.copyOf(kvms);
    }
}
