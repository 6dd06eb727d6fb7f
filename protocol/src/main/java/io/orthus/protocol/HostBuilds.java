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
 */
public record HostBuilds(String engine, String kernel, List<String> qemus, List<String> kvms) {
    public HostBuilds {
        qemus = qemus == null ? List.of() : List.copyOf(qemus);
        kvms = kvms == null ? List.of() : List.copyOf(kvms);
    }
}
