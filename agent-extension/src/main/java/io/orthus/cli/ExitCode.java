// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

/** What the exit code of {@code orthus} says; the man page lists the same. */
final class ExitCode {
    /** Everything that was to be done is done. */
    static final int OK = 0;
    /** Some VMs were put back or not begun, or the command failed; no VM is lost. */
    static final int FAILED = 1;
    /** The command line is wrong; nothing was done. */
    static final int USAGE = 2;
    /** Some VMs cannot be upgraded in place; the others are done. */
    static final int REFUSED = 3;
    /** A VM is lost. */
    static final int LOST = 4;
    /** Another upgrade works on this host; nothing was done. */
    static final int BUSY = 5;

    /** Everything that was to be moved is, but the KVM that was to go is still in use; the report tells by whom. */
    static final int KVM_KEPT = 6;

    private ExitCode() {}
}
