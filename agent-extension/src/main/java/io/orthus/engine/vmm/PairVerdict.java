// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.vmm;

/**
 * What is known about a pair of builds before it is tried.
 *
 * @param outcome in one word
 * @param reason one sentence for the operator
 * @param evidence how it is known; empty if the reason says all
 */
public record PairVerdict(Outcome outcome, String reason, String evidence) {

    /** From best to worst. */
    public enum Outcome {
        /** It was done, and guests that notice everything noticed nothing. */
        PROVEN,
        /** Nothing speaks against it; a trial with a throw-away VM must tell. */
        UNKNOWN,
        /** It cannot work; nothing is to be tried. */
        REFUSED
    }

    public boolean refused() {
        return outcome == Outcome.REFUSED;
    }
}
