// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.adopt;

/** The window was not opened; nothing was changed, and it may be tried again. */
public final class WindowRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** One sentence that says why. */
    public WindowRefusedException(String message) {
        super(message);
    }
}
