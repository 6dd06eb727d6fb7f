// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.exception;

public class ManagementServerException extends CloudException {
    public ManagementServerException(String message) {
        super(message);
    }
}
