// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.report;

/**
 * Makes text from elsewhere safe to print: a domain may be called anything, and a terminal obeys control characters.
 */
public final class Printable {
    private Printable() {}

    /** The text with control characters shown as {@code ?}. */
    public static String of(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
                .forEach(safe::appendCodePoint);
        return safe.toString();
    }
}
