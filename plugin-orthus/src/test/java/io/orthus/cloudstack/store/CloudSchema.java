// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.store;

import io.orthus.lab.mariadb.MariaDb;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** A schema without our tables, as CloudStack's own would be: with a table that is not ours. */
final class CloudSchema {
    private CloudSchema() {}

    static Connections create(MariaDb database, String name) throws SQLException {
        database.createSchema(name);
        try (Connection connection = database.open(name);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE host (id BIGINT PRIMARY KEY)");
        }
        return () -> database.open(name);
    }
}
