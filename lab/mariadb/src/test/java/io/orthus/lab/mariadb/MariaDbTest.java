// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.mariadb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

    @Test
    void doesNotOutliveAProcessThatIsKilled() throws Exception {
        Process holder = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        ProcessHandle server;
        try (BufferedReader words = holder.inputReader()) {
            server = ProcessHandle.of(Long.parseLong(words.readLine())).orElseThrow();
            assertThat(server.isAlive()).isTrue();
        } finally {
            holder.destroyForcibly();
        }
        server.onExit().get(1, TimeUnit.MINUTES);
    }

    /** Starts a server, tells its process id, and waits to be killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws Exception {
            System.out.println(MariaDb.start().process().pid());
            new CountDownLatch(1).await();
        }
    }
}
