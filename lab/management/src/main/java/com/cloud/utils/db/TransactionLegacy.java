// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.utils.db;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;

/** In place of CloudStack's class of this name: one schema for the whole process, from a pool like CloudStack's own. */
public final class TransactionLegacy {
    private static volatile HikariDataSource pool;

    private TransactionLegacy() {}

    /** From now on connections come from this pool. */
    public static void use(HikariDataSource source) {
        pool = source;
    }

    public static Connection getStandaloneConnectionWithException() throws SQLException {
        return pool.getConnection();
    }
}
