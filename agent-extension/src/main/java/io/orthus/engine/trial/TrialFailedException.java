// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.trial;

/** The pair of builds does not carry such a machine over; the message is QEMU's own, as far as it said something. */
final class TrialFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    TrialFailedException(String message) {
        super(message);
    }
}
