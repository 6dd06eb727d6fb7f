// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.protocol;

/**
 * What a VM runs on.
 *
 * @param qemu version of the QEMU build that the process executes, which may no longer be what is on disk
 * @param kvm version of the KVM build whose device it has open; {@code null} if none, or not known
 */
public record Builds(String qemu, String kvm) {}
