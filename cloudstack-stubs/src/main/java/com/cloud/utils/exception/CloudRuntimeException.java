// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.utils.exception;

public class CloudRuntimeException extends RuntimeException {
    public CloudRuntimeException(String message) {
        super(message);
    }

    public CloudRuntimeException(String message, Throwable th) {
        super(message, th);
    }

    protected CloudRuntimeException() {
        super();
    }
}
