// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

import java.io.IOException;

/** A process does not exist, has ended, or its pid belongs to another process by now. */
public final class NoSuchProcessException extends IOException {
    private static final long serialVersionUID = 1L;

    public NoSuchProcessException(String message) {
        super(message);
    }
}
