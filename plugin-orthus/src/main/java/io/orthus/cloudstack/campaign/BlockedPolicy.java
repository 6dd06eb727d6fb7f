// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.campaign;

/** What to do with a VM that cannot be moved in place. */
public enum BlockedPolicy {
    /** It stays as it is. */
    SKIP,
    /** CloudStack live-migrates it to another host. */
    MIGRATE,
    /** It stays as it is and counts as a failure. */
    FAIL
}
