// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.store;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/**
 * Creates the plugin's tables and brings them up to date. They lie in CloudStack's schema, begin with {@code orthus_},
 * and have a history table of their own, so that CloudStack's upgrades and these know nothing of each other.
 *
 * <p>Several management servers may start at once: one migrates and the others wait. Flyway sees to that only once its
 * history table is there and has a row, which are two steps.
 */
public final class Schema {
    /** A named lock of the database, which ends with the connection at the latest. */
    static final String LOCK = "orthus.schema";

    private static final int LOCK_SECONDS = 600;

    private Schema() {}

    /**
     * Migrates to the newest version that this code knows; a newer one is left as it is.
     *
     * @throws StoreException if another server is at it for more than ten minutes, or the database refuses
     */
    public static void migrate(Connections connections) {
        try (Connection lock = connections.open()) {
            if (!one(lock, "SELECT GET_LOCK(?, " + LOCK_SECONDS + ")")) {
                throw new StoreException("another management server is making the tables for too long", null);
            }
            try {
                flyway(connections).migrate();
            } finally {
                one(lock, "SELECT RELEASE_LOCK(?)");
            }
        } catch (SQLException e) {
            throw new StoreException("the database refused: " + e.getMessage(), e);
        }
    }

    private static boolean one(Connection connection, String call) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(call)) {
            statement.setString(1, LOCK);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getInt(1) == 1;
            }
        }
    }

    private static Flyway flyway(Connections connections) {
        return Flyway.configure(Schema.class.getClassLoader())
                .dataSource(new Source(connections))
                .locations("classpath:io/orthus/cloudstack/schema")
                .table("orthus_schema_history")
                // CloudStack's tables are there already, and none of ours.
                .baselineOnMigrate(true)
                .baselineVersion("0")
                // After a downgrade of the plugin; migrations only ever add.
                .ignoreMigrationPatterns("*:future")
                .cleanDisabled(true)
                .load();
    }

    /** Only what Flyway uses of a data source. */
    private static final class Source implements DataSource {
        private final Connections connections;

        Source(Connections connections) {
            this.connections = connections;
        }

        @Override
        public Connection getConnection() throws SQLException {
            return connections.open();
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            return connections.open();
        }

        @Override
        public PrintWriter getLogWriter() {
            return null;
        }

        @Override
        public void setLogWriter(PrintWriter out) {}

        @Override
        public void setLoginTimeout(int seconds) {}

        @Override
        public int getLoginTimeout() {
            return 0;
        }

        @Override
        public Logger getParentLogger() throws SQLFeatureNotSupportedException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            throw new SQLException("wraps nothing");
        }

        @Override
        public boolean isWrapperFor(Class<?> type) {
            return false;
        }
    }
}
