// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.kvm;

/**
 * How an exchange of KVMs ended.
 *
 * @param result which way
 * @param message one sentence for an operator
 */
public record Settlement(Result result, String message) {

    /** The ways in which it can end. */
    public enum Result {
        /** The old KVM is unloaded, the target is {@code /dev/kvm}. */
        RETIRED,
        /** Both are in use; what keeps the old one is in the message. */
        BOTH_IN_USE,
        /** No VM came to use the target: it is unloaded again, everything is as it was. */
        WITHDRAWN,
        /** The target was not loaded in the first place. */
        NOT_LOADED
    }
}
