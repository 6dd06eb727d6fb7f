// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.mariadb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class MariaDbTest {
    /** Servers that share the folder of temporary tables delete each other's when they start. */
    @Test
    void sharesNoFolderAndLeavesNone() throws Exception {
        Path data;
        Path temporary;
        try (MariaDb database = MariaDb.start();
                Connection connection = database.open("");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@datadir, @@tmpdir")) {
            row.next();
            data = Path.of(row.getString(1));
            temporary = Path.of(row.getString(2));
            assertThat(temporary).hasParent(data.getParent()).isNotEqualTo(data).exists();
        }
        assertThat(data.getParent()).doesNotExist();
    }
}
