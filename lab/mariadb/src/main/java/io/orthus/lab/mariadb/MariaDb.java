// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.mariadb;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real MariaDB server in a temporary directory of its own, on a port of the loopback interface. Started as an
 * unprivileged user, and gone when it is closed, or when this process ends, however that comes about. Needs Debian's packages mariadb-server-core and mariadb-client-core.
 * Thread-safe.
 */
public final class MariaDb implements AutoCloseable {
    /** Who may do everything there, without a password. */
    public static final String USER = "root";

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int ATTEMPTS = 10;
    /** Root may not run the server; this user is on every Debian. */
    private static final String NOBODY = "nobody";
    /**
     * A shell's program: becomes the server. If standard input ends before a line has come, it ends that, and removes its
     * directory, which is $0; but not if the server has ended by itself.
     */
    private static final String GUARDED =
            "exec 3<&0; { read -r told <&3 || { kill -KILL $$ && rm -rf \"$0\"; }; } & exec \"$@\" 3<&- </dev/null";

    private final Path directory;
    private final int port;
    private final Process server;

    private MariaDb(Path directory, int port, Process server) {
        this.directory = directory;
        this.port = port;
        this.server = server;
    }

    /**
     * Returns when the server answers; that takes some seconds.
     *
     * @param options further ones of mariadbd
     */
    public static MariaDb start(String... options) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("orthus-mariadb");
        Path data = Files.createDirectory(directory.resolve("data"));
        // A server that starts deletes what looks like a server's temporary tables, also those of another one.
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        List<String> asNobody = List.of();
        if ("root".equals(System.getProperty("user.name"))) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            UserPrincipal nobody =
                    directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(NOBODY);
            Files.setOwner(directory, nobody);
            Files.setOwner(data, nobody);
            Files.setOwner(temporary, nobody);
            asNobody = List.of("--user=" + NOBODY);
        }
        List<String> install = new ArrayList<>(List.of(
                "mariadb-install-db",
                "--no-defaults",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                "--datadir=" + data,
                "--tmpdir=" + temporary));
        install.addAll(asNobody);
        Process installing = run(install, directory.resolve("install.log"));
        if (!installing.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || installing.exitValue() != 0) {
            throw new IOException("mariadb-install-db: " + Files.readString(directory.resolve("install.log")));
        }
        for (int attempt = 1; ; attempt++) {
            MariaDb database = launch(directory, data, temporary, asNobody, List.of(options));
            if (database.ready()) {
                return database;
            }
            if (attempt == ATTEMPTS) {
                throw new IOException("mariadbd: " + Files.readString(directory.resolve("server.log")));
            }
        }
    }

    private static MariaDb launch(
            Path directory, Path data, Path temporary, List<String> asNobody, List<String> options) throws IOException {
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                GUARDED,
                directory.toString(),
                "/usr/sbin/mariadbd",
                "--no-defaults",
                "--datadir=" + data,
                "--tmpdir=" + temporary,
                "--socket=" + directory.resolve("socket"),
                "--pid-file=" + directory.resolve("pid"),
                "--bind-address=127.0.0.1",
                "--port=" + port,
                "--innodb-flush-log-at-trx-commit=0"));
        command.addAll(asNobody);
        command.addAll(options);
        return new MariaDb(directory, port, run(command, directory.resolve("server.log")));
    }

    /** Makes an empty schema. */
    public void createSchema(String name) throws SQLException {
        try (Connection connection = open("");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
    }

    /** A connection to a schema, or to the server if it is empty. The caller closes it. */
    public Connection open(String schema) throws SQLException {
        return DriverManager.getConnection(url(schema), USER, "");
    }

    /** The server's process. */
    public ProcessHandle process() {
        return server.toHandle();
    }

    /** Where JDBC finds a schema. */
    public String url(String schema) {
        return "jdbc:mysql://127.0.0.1:" + port + "/" + schema + "?sslMode=DISABLED&allowPublicKeyRetrieval=true";
    }

    @Override
    public void close() {
        try (OutputStream guard = server.getOutputStream()) {
            guard.write('\n');
        } catch (IOException e) {
            // The server ended by itself, and nobody guards it any more.
        }
        server.destroy();
        try {
            if (!server.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                server.destroyForcibly();
            }
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until the server answers; {@code false} if it ended, as it does when somebody else took the port meanwhile. */
    private boolean ready() throws IOException, InterruptedException {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (server.isAlive()) {
            try (Connection connection = open("");
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT @@datadir")) {
                row.next();
                if (Path.of(row.getString(1)).equals(directory.resolve("data"))) {
                    return true;
                }
            } catch (SQLException e) {
                if (Instant.now().isAfter(deadline)) {
                    close();
                    throw new IOException("mariadbd does not answer", e);
                }
            }
            Thread.sleep(100);
        }
        return false;
    }

    private static Process run(List<String> command, Path log) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(log.toFile()))
                .start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
