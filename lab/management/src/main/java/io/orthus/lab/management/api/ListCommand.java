// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.api;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.cloudstack.acl.RoleType;

/**
 * One of CloudStack's own list commands, with the columns that a client of the plugin looks at. Every column can be
 * filtered by, a part of the name by {@code keyword}, and lists come in pages.
 */
final class ListCommand<T> implements ApiCommand {
    private final String name;
    private final String object;
    private final boolean everybody;
    private final Supplier<? extends Collection<? extends T>> all;
    private final List<Column<T>> columns = new ArrayList<>();

    private record Column<T>(String name, Function<T, Object> value, boolean filter) {}

    /**
     * @param object what a row is called in the answer
     * @param everybody whether it is for all users, and not for the administrator alone
     */
    ListCommand(String name, String object, boolean everybody, Supplier<? extends Collection<? extends T>> all) {
        this.name = name;
        this.object = object;
        this.everybody = everybody;
        this.all = all;
    }

    /** A column by which rows can be filtered. */
    ListCommand<T> with(String column, Function<T, Object> value) {
        columns.add(new Column<>(column, value, true));
        return this;
    }

    /** A column that is only shown. */
    ListCommand<T> showing(String column, Function<T, Object> value) {
        columns.add(new Column<>(column, value, false));
        return this;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return "Lists what there is of kind " + object;
    }

    @Override
    public String since() {
        return "";
    }

    @Override
    public boolean async() {
        return false;
    }

    @Override
    public boolean allowed(User user) {
        return everybody || user.role() == RoleType.Admin;
    }

    @Override
    public List<Member> parameters() {
        return Stream.concat(
                        columns.stream()
                                .filter(Column::filter)
                                .map(column -> new Member(column.name(), "string", "list by " + column.name())),
                        Stream.of(
                                new Member("keyword", "string", "List by keyword"),
                                new Member("listall", "boolean", "all there is is listed anyway"),
                                new Member("page", "integer", ""),
                                new Member("pagesize", "integer", "")))
                .toList();
    }

    @Override
    public List<Member> answer() {
        return columns.stream()
                .map(column -> new Member(column.name(), "string", "the " + column.name() + " of the " + object))
                .toList();
    }

    @Override
    public Action prepare(Call call) throws ApiError {
        int size = number(call, "pagesize", 500);
        int page = number(call, "page", 1);
        return () -> {
            List<Map<String, Object>> rows = all.get().stream()
                    .map(this::row)
                    .filter(row -> matches(row, call))
                    .toList();
            return Json.rows(
                    object, rows.stream().skip((page - 1L) * size).limit(size).toList(), rows.size());
        };
    }

    private Map<String, Object> row(T of) {
        Map<String, Object> row = new LinkedHashMap<>();
        columns.forEach(column -> row.put(column.name(), column.value().apply(of)));
        return row;
    }

    private boolean matches(Map<String, Object> row, Call call) {
        String keyword = call.get("keyword");
        return columns.stream()
                        .allMatch(column -> !column.filter()
                                || call.get(column.name()) == null
                                || call.get(column.name())
                                        .equalsIgnoreCase(Objects.toString(row.get(column.name()), "")))
                && (keyword == null
                        || Objects.toString(row.get("name"), "")
                                .toLowerCase(Locale.ROOT)
                                .contains(keyword.toLowerCase(Locale.ROOT)));
    }

    private int number(Call call, String parameter, int ifNone) throws ApiError {
        String text = call.get(parameter);
        try {
            int number = text == null || text.isBlank() ? ifNone : Integer.parseInt(text);
            if (number >= 1) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new ApiError(
                ApiError.BAD_PARAMETER,
                "Unable to execute API command %s due to invalid value %s for parameter %s"
                        .formatted(name.toLowerCase(Locale.ROOT), text, parameter));
    }
}
