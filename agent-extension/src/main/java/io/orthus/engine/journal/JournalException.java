// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.journal;

/** The journal could not be written or read. */
public final class JournalException extends Exception {
    private static final long serialVersionUID = 1L;

    /** One sentence that names the file, and the cause if there is one. */
    public JournalException(String message, Throwable cause) {
        super(message, cause);
    }
}
