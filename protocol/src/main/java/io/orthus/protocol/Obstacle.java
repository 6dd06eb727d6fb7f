// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.protocol;

/**
 * A reason why a VM cannot be moved in place, in an operator's words.
 *
 * @param subject what it is about, for example {@code device hostdev0}
 * @param reason why it stands in the way
 * @param remedy what the operator can do about it; empty if nothing
 */
public record Obstacle(String subject, String reason, String remedy) {
    @Override
    public String toString() {
        return subject + ": " + reason + (remedy == null || remedy.isEmpty() ? "" : " (" + remedy + ")");
    }
}
