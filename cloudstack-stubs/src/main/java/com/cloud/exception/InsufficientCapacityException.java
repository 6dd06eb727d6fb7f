// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.exception;

public abstract class InsufficientCapacityException extends CloudException {
    protected InsufficientCapacityException() {
        super(null);
    }
}
