// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
/** The plugin's tables in CloudStack's database: created by Flyway, read and written by plain JDBC. */
package io.orthus.cloudstack.store;
