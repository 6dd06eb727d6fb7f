// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.kvm;

/** A file is not a kernel module. The message is a clause that says why. */
public final class MalformedModuleException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedModuleException(String message) {
        super(message);
    }
}
