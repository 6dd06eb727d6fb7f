// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.model;

/**
 * A reason why a VM cannot be upgraded in place, in an operator's words.
 *
 * @param subject what it is about, for example {@code device hostdev0} or {@code job}
 * @param reason why it stands in the way
 * @param remedy what the operator can do about it
 */
public record Blocker(String subject, String reason, String remedy) {
    @Override
    public String toString() {
        return subject + ": " + reason + (remedy.isEmpty() ? "" : " (" + remedy + ")");
    }
}
