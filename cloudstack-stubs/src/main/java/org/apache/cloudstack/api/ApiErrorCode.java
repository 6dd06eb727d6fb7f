// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package org.apache.cloudstack.api;

public enum ApiErrorCode {
    PARAM_ERROR(431),
    INTERNAL_ERROR(530),
    RESOURCE_UNAVAILABLE_ERROR(534),
    RESOURCE_IN_USE_ERROR(536);

    private final int httpCode;

    ApiErrorCode(int httpStatusCode) {
        httpCode = httpStatusCode;
    }

    public int getHttpCode() {
        return httpCode;
    }
}
