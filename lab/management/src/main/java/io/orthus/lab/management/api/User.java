// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.api;

import org.apache.cloudstack.acl.RoleType;

/**
 * Who may call.
 *
 * @param id number of user and account; 1 is the system's
 */
record User(long id, String uuid, String name, String password, RoleType role, String apiKey, String secretKey) {}
