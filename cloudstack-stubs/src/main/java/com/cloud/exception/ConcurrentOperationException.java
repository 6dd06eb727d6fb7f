// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.exception;

import com.cloud.utils.exception.CloudRuntimeException;

public class ConcurrentOperationException extends CloudRuntimeException {
    public ConcurrentOperationException(String msg) {
        super(msg);
    }
}
