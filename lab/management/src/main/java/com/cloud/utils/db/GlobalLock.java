// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.utils.db;

import com.cloud.utils.exception.CloudRuntimeException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * In place of CloudStack's class of this name, and like it a named lock of the database, which takes a connection as
 * long as it is held. For one thread.
 */
public final class GlobalLock {
    private final String name;
    private Connection connection;

    private GlobalLock(String name) {
        this.name = name;
    }

    public static GlobalLock getInternLock(String name) {
        return new GlobalLock(name);
    }

    public boolean lock(int timeoutSeconds) {
        try {
            Connection fresh = TransactionLegacy.getStandaloneConnectionWithException();
            if (one(fresh, "SELECT GET_LOCK(?, " + timeoutSeconds + ")")) {
                connection = fresh;
                return true;
            }
            fresh.close();
            return false;
        } catch (SQLException e) {
            throw new CloudRuntimeException("lock " + name + " could not be asked for", e);
        }
    }

    public boolean unlock() {
        if (connection == null) {
            return false;
        }
        try (Connection held = connection) {
            connection = null;
            return one(held, "SELECT RELEASE_LOCK(?)");
        } catch (SQLException e) {
            throw new CloudRuntimeException("lock " + name + " could not be given back", e);
        }
    }

    public int releaseRef() {
        unlock();
        return 0;
    }

    private boolean one(Connection on, String sql) throws SQLException {
        try (PreparedStatement statement = on.prepareStatement(sql)) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getInt(1) == 1;
            }
        }
    }
}
