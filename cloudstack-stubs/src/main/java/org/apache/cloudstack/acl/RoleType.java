// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package org.apache.cloudstack.acl;

public enum RoleType {
    Admin,
    ResourceAdmin,
    DomainAdmin,
    User,
    Unknown
}
