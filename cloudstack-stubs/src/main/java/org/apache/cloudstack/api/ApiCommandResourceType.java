// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package org.apache.cloudstack.api;

public enum ApiCommandResourceType {
    None,
    VirtualMachine,
    Host
}
