// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

/** Another upgrade, rollback or recovery works on this host. */
final class BusyException extends Exception {
    private static final long serialVersionUID = 1L;

    BusyException() {
        super("another upgrade, rollback or recovery is under way on this host; see 'orthus status'");
    }
}
