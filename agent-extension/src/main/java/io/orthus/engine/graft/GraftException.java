// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.graft;

/** A VM cannot be moved, or not now. The message is one sentence for the operator. */
public final class GraftException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String step;

    /**
     * Names what failed.
     *
     * @param step the step of the walk, for example {@code compare}
     * @param message what happened and, where it is known, what to do
     */
    public GraftException(String step, String message) {
        super(message);
        this.step = step;
    }

    /** The same, with the cause for the log. */
    public GraftException(String step, String message, Throwable cause) {
        super(message, cause);
        this.step = step;
    }

    /** The step of the walk that failed. */
    public String step() {
        return step;
    }
}
