// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

import java.io.IOException;

/** Somebody other than root could change what a path leads to. The message names the path, the component, and why. */
public final class UntrustedPathException extends IOException {
    private static final long serialVersionUID = 1L;

    public UntrustedPathException(String message) {
        super(message);
    }
}
