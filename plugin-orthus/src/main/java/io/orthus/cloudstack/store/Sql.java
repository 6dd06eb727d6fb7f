// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.store;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Statements in one transaction on one connection. Not thread-safe.
 *
 * <p>Times are DATETIME(3) in UTC. They are read as {@link LocalDateTime}, which no driver setting converts, and written as
 * text: MySQL's driver takes MariaDB for a server too old for fractions of seconds, and cuts them off.
 */
final class Sql {
    private static final DateTimeFormatter LITERAL =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** Does something in a transaction. */
    @FunctionalInterface
    interface Work<T> {
        T run(Sql sql) throws SQLException;
    }

    /** Makes an object of the current row. */
    @FunctionalInterface
    interface Mapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    /** One attempt at a transaction. */
    @FunctionalInterface
    private interface Attempt<T> {
        T run() throws SQLException;
    }

    /** How often a transaction is begun that others keep from being done. */
    private static final int ATTEMPTS = 10;

    /** How many rows one statement is about at most, so that it is never too long for the database. */
    static final int PIECE = 500;

    private final Connection connection;

    private Sql(Connection connection) {
        this.connection = connection;
    }

    /**
     * Does something in a transaction of its own, which is rolled back if it throws. InnoDB ends one of two transactions
     * that wait for each other, and tells it to begin again; so the work may be done more than once.
     *
     * @throws StoreException if the database does not do what it is asked
     */
    static <T> T inTransaction(Connections connections, Work<T> work) {
        return repeated(() -> once(connections, work));
    }

    /**
     * Does what needs no transaction around it: a single statement, or several that may see what others do between them.
     * The database makes a transaction of each by itself, which saves it three more statements about that.
     *
     * @throws StoreException as above
     */
    static <T> T alone(Connections connections, Work<T> statement) {
        return repeated(() -> {
            try (Connection connection = connections.open()) {
                if (connection.getAutoCommit()) {
                    return statement.run(new Sql(connection));
                }
            }
            return once(connections, statement);
        });
    }

    private static <T> T repeated(Attempt<T> attempted) {
        for (int attempt = 1; ; attempt++) {
            try {
                return attempted.run();
            } catch (SQLException e) {
                if (attempt == ATTEMPTS || !rolledBack(e)) {
                    throw new StoreException("the database refused: " + e.getMessage(), e);
                }
            }
        }
    }

    private static <T> T once(Connections connections, Work<T> work) throws SQLException {
        try (Connection connection = connections.open()) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try {
                T result = work.run(new Sql(connection));
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                // The connection goes back to CloudStack's pool as it came from there.
                connection.setAutoCommit(autoCommit);
            }
        }
    }

    private static boolean rolledBack(Throwable e) {
        return e instanceof SQLTransactionRollbackException
                || (e instanceof BatchUpdateException && rolledBack(e.getCause()));
    }

    <T> List<T> query(String sql, Mapper<T> mapper, Object... arguments) throws SQLException {
        try (PreparedStatement statement = prepare(sql, arguments);
                ResultSet rows = statement.executeQuery()) {
            List<T> result = new ArrayList<>();
            while (rows.next()) {
                result.add(mapper.map(rows));
            }
            return result;
        }
    }

    <T> Optional<T> one(String sql, Mapper<T> mapper, Object... arguments) throws SQLException {
        return query(sql, mapper, arguments).stream().findFirst();
    }

    /** How many rows the statement found, whether or not it changed them. */
    int update(String sql, Object... arguments) throws SQLException {
        try (PreparedStatement statement = prepare(sql, arguments)) {
            return statement.executeUpdate();
        }
    }

    /**
     * Inserts rows, by a statement for each piece of them.
     *
     * @param into a table and its columns
     * @param after what follows the rows in the statement
     */
    void insert(String into, List<List<Object>> rows, String after) throws SQLException {
        for (int from = 0; from < rows.size(); from += PIECE) {
            List<List<Object>> piece = rows.subList(from, Math.min(rows.size(), from + PIECE));
            String places = "(" + places(piece.get(0).size()) + ")";
            update(
                    "INSERT INTO " + into + " VALUES " + String.join(", ", Collections.nCopies(piece.size(), places))
                            + " " + after,
                    piece.stream().flatMap(List::stream).toArray());
        }
    }

    /** The values of a row; of them some may be {@code null}. */
    static List<Object> row(Object... values) {
        return Arrays.asList(values);
    }

    /** Places for so many values in a statement. */
    static String places(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }

    /** Inserts a row and gives its new key. */
    long insert(String sql, Object... arguments) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql, PreparedStatement.RETURN_GENERATED_KEYS)) {
            set(statement, arguments);
            statement.executeUpdate();
            try (ResultSet keys = statement.getGeneratedKeys()) {
                keys.next();
                return keys.getLong(1);
            }
        }
    }

    static Instant time(ResultSet row, String column) throws SQLException {
        LocalDateTime time = row.getObject(column, LocalDateTime.class);
        return time == null ? null : time.toInstant(ZoneOffset.UTC);
    }

    static Double number(ResultSet row, String column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? null : value;
    }

    private PreparedStatement prepare(String sql, Object... arguments) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            set(statement, arguments);
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    private static void set(PreparedStatement statement, Object... arguments) throws SQLException {
        for (int i = 0; i < arguments.length; i++) {
            Object value = arguments[i];
            if (value instanceof Instant time) {
                value = LITERAL.format(time);
            } else if (value instanceof Enum<?> constant) {
                value = constant.name();
            }
            statement.setObject(i + 1, value);
        }
    }
}
