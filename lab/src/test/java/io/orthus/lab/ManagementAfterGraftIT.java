// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

/** What operators and management do with a domain whose RAM was handed over. */
class ManagementAfterGraftIT extends MovedDomain {
    ManagementAfterGraftIT() {
        super(21, "graftable", "cpr-transfer");
    }
}
