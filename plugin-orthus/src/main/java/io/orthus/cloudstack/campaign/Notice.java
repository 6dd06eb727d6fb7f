// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.campaign;

/**
 * Something an operator is told: an event, and an alert if it needs him.
 *
 * @param kind what it is about
 * @param text one sentence that names the subject and what to do
 */
public record Notice(Kind kind, String text) {
    /** What a notice is about; alerts are those that need somebody. */
    public enum Kind {
        /** A campaign has ended. */
        ENDED(false),
        /** A campaign has paused by itself. */
        STOPPED(true),
        /** A host could not be upgraded. */
        HOST_FAILED(true),
        /** A VM is lost, or nobody knows what became of it. */
        VM_LOST(true);

        private final boolean alert;

        Kind(boolean alert) {
            this.alert = alert;
        }

        /** Whether somebody must look at it. */
        public boolean alert() {
            return alert;
        }
    }
}
