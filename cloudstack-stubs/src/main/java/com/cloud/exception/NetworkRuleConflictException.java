// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.exception;

public class NetworkRuleConflictException extends CloudException {
    public NetworkRuleConflictException(String msg) {
        super(msg);
    }
}
