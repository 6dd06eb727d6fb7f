// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package org.apache.cloudstack.api;

public enum ApiArgValidator {
    NotNullOrEmpty,
    PositiveNumber,
    UuidString,
    RFCComplianceDomainName
}
