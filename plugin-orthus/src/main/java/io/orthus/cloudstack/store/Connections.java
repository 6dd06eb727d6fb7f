// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.store;

import java.sql.Connection;
import java.sql.SQLException;

/** Where connections to CloudStack's database come from. Thread-safe. */
@FunctionalInterface
public interface Connections {
    /** A connection of the caller's own, who closes it. */
    Connection open() throws SQLException;
}
