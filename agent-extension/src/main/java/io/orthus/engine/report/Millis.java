// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.report;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Durations as people read them: milliseconds, with a digit after the point where it says something. */
public final class Millis {
    private Millis() {}

    /** For example {@code 41 ms}, {@code 4.1 ms}, or {@code -} for nothing. */
    public static String of(Optional<Duration> duration) {
        return duration.map(Millis::of).orElse("-");
    }

    /** For example {@code 41 ms} or {@code 4.1 ms}. */
    public static String of(Duration duration) {
        double ms = duration.toNanos() / 1e6;
        return String.format(Locale.ROOT, ms < 10 ? "%.1f ms" : "%.0f ms", ms);
    }
}
