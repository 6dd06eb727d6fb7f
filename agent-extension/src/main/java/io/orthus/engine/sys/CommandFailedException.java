// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

import java.io.IOException;
import java.util.List;

/** A program ended with an exit status other than 0. The message has its command line and its own words. */
public final class CommandFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    public CommandFailedException(List<String> argv, int status, String stderr) {
        super("\"" + String.join(" ", argv) + "\" failed with exit status " + status
                + (stderr.isEmpty() ? "" : ": " + stderr));
        this.status = status;
    }

    /** Its exit status, or 128 and the number of the signal that killed it. */
    public int status() {
        return status;
    }
}
