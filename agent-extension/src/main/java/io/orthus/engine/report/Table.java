// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A plain text table with columns as wide as their contents. Cells are made safe to print. */
public final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    /** Starts a table with its heading. */
    public Table(String... heading) {
        rows.add(List.of(heading));
    }

    /** Adds a row; it has as many cells as the heading. */
    public Table row(String... cells) {
        if (cells.length != rows.get(0).size()) {
            throw new IllegalArgumentException("a row of %d cells in a table of %d columns"
                    .formatted(cells.length, rows.get(0).size()));
        }
        rows.add(Stream.of(cells).map(Printable::of).toList());
        return this;
    }

    @Override
    public String toString() {
        int columns = rows.get(0).size();
        int[] width = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                width[i] = Math.max(width[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i)).append(" ".repeat(width[i] - row.get(i).length()));
                line.append(i == columns - 1 ? "" : GAP);
            }
            text.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        return text.toString();
    }
}
