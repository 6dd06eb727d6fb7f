// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.exception;

public class ResourceUnavailableException extends CloudException {
    public ResourceUnavailableException(String msg, Class<?> scope, long resourceId, Throwable cause) {
        super(msg, cause);
    }
}
