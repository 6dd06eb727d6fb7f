// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.protocol;

/** The version of the protocol that this code speaks. */
public final class Protocol {
    /**
     * Raised when something is added that a sender may want to rely on. A peer with a lower version does not have it; a
     * peer with a higher one understands all of this version.
     */
    public static final int VERSION = 1;

    private Protocol() {}
}
