// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.exception;

public class VirtualMachineMigrationException extends CloudException {
    public VirtualMachineMigrationException(String message) {
        super(message);
    }
}
