// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.model;

import java.util.UUID;

/**
 * Names one VM. The UUID is its identity for libvirt and for the journal; the name is what people read.
 *
 * @param uuid libvirt's domain UUID
 * @param name libvirt's domain name, never used to build a path or a command
 */
public record VmId(UUID uuid, String name) {
    @Override
    public String toString() {
        return name;
    }
}
