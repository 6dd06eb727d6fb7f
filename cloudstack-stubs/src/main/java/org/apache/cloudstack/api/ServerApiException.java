// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package org.apache.cloudstack.api;

import com.cloud.utils.exception.CloudRuntimeException;

public class ServerApiException extends CloudRuntimeException {
    private final ApiErrorCode _errorCode;
    private final String _description;

    public ServerApiException(ApiErrorCode errorCode, String description) {
        this(errorCode, description, null);
    }

    public ServerApiException(ApiErrorCode errorCode, String description, Throwable cause) {
        super(description, cause);
        _errorCode = errorCode;
        _description = description;
    }

    public ApiErrorCode getErrorCode() {
        return _errorCode;
    }

    public String getDescription() {
        return _description;
    }

    @Override
    public String getMessage() {
        return _description;
    }
}
