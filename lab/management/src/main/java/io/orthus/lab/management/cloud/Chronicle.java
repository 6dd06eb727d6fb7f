// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.cloud;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;

/** What happened, the latest first; what is older than a thousand entries is forgotten. Thread-safe. */
public final class Chronicle {
    /** The process's, because the way to CloudStack's events is a static method. */
    public static final Chronicle EVENTS = new Chronicle();

    public static final Chronicle ALERTS = new Chronicle();

    private static final int MOST = 1000;

    private final Deque<Entry> entries = new ArrayDeque<>();
    private long last;

    private Chronicle() {}

    /** One thing that happened. */
    public record Entry(long id, String uuid, String type, String level, String text, Instant created) {}

    /** Adds an entry and says which number it got. */
    public synchronized long add(String type, String level, String text) {
        entries.addFirst(new Entry(++last, UUID.randomUUID().toString(), type, level, text, Instant.now()));
        if (entries.size() > MOST) {
            entries.removeLast();
        }
        return last;
    }

    public synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }
}
