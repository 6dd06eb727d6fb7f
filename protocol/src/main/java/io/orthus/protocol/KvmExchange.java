// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.protocol;

/**
 * What an order did to the KVM of its host. VMs that are not part of an order keep the old one in use, so of several
 * orders it is the last that is {@code done}.
 *
 * @param from version of the KVM that was to go; {@code null} if it had gone before
 * @param to version of the KVM that was to take its place
 * @param done whether the old one is unloaded and VMs that are started from now on run on the new one
 * @param message one sentence; if it is not done, what keeps the old one
 */
public record KvmExchange(String from, String to, boolean done, String message) {
    /** Of two orders one after the other, of which this is the later: what both of them did. */
    public KvmExchange after(KvmExchange earlier) {
        return from != null || earlier == null ? this : new KvmExchange(earlier.from, to, done, message);
    }
}
