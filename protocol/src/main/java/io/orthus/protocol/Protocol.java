// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.protocol;

/** The version of the protocol that this code speaks. */
public final class Protocol {
    /**
     * Raised when something is added that a sender may want to rely on. A peer with a lower version does not have it; a
     * peer with a higher one understands all of this version. Since 2, the KVM of a host can be the target of an order.
     */
    public static final int VERSION = 2;

    /** The first version in which {@link Target#kvm()} is heeded; before, it was refused. */
    public static final int KVM_AS_TARGET = 2;

    private Protocol() {}
}
