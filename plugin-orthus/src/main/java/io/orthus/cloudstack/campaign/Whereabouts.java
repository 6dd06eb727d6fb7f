// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.campaign;

/** Where a VM is that is to leave its host. */
public enum Whereabouts {
    /** On its host, or on its way. */
    HERE,
    /** It runs on another host. */
    ELSEWHERE,
    /** It was stopped or removed. */
    NOWHERE
}
