// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

/** What operators and management do with a domain whose RAM was copied into a form that libvirt did not give it. */
class ManagementAfterTransplantIT extends MovedDomain {
    ManagementAfterTransplantIT() {
        super(22, "anonymous", "transplant");
    }
}
