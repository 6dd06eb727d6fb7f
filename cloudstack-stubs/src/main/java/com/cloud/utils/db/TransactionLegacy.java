// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.utils.db;

import java.sql.Connection;
import java.sql.SQLException;

public class TransactionLegacy {
    private TransactionLegacy() {}

    public static Connection getStandaloneConnectionWithException() throws SQLException {
        throw new UnsupportedOperationException("stub");
    }
}
