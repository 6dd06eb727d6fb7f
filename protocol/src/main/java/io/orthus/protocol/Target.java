// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.protocol;

/**
 * What VMs shall run on.
 *
 * @param qemu version of the QEMU as its packager gives it or its bare release, for example {@code 11.1.3};
 *     {@code null} for the one that is installed where the VM's emulator is
 * @param kvm version of the kernel whose KVM it shall be, as its packager gives it or its bare release, for example
 *     {@code 6.12.117}; {@link #NEWEST} for the newest that the host has; {@code null} to leave KVM as it is
 */
public record Target(String qemu, String kvm) {
    /** In place of a version of KVM; since version 2 of the protocol. */
    public static final String NEWEST = "newest";

    /** The installed QEMU, the KVM that is there. */
    public static final Target INSTALLED = new Target(null, null);
}
