// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.store;

/**
 * A pair of builds and who runs on it.
 *
 * @param qemu version of the QEMU build; {@code null} if not known
 * @param kvm version of the KVM build; {@code null} if not known
 * @param vms how many VMs
 * @param hosts on how many hosts
 */
public record VersionCount(String qemu, String kvm, int vms, int hosts) {}
