// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.kvm;

import io.orthus.engine.sys.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/** What the kernel says while something is tried: more than an error number can. */
final class KernelLog {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** The last lines are the ones that explain. */
    private static final int LINES = 3;

    private final Path kmsg;
    private final Commands commands;

    /**
     * @param kmsg /dev/kmsg
     * @param commands run dmesg(1)
     */
    KernelLog(Path kmsg, Commands commands) {
        this.kmsg = kmsg;
        this.commands = commands;
    }

    /** Says in the log what is about to be done, for the reader of the log and for {@link #since}. */
    String mark(String text) {
        String mark = "orthus: " + text;
        try {
            Files.writeString(kmsg, mark + "\n", StandardOpenOption.WRITE);
        } catch (IOException e) {
            // Then there are no lines after it; nothing depends on them.
        }
        return mark;
    }

    /** The kernel's last words since the mark, in one line; empty if it said nothing or nobody may read it. */
    String since(String mark) {
        List<String> lines;
        try {
            lines = commands.run(PATIENCE, "dmesg", "--notime").lines().toList();
        } catch (IOException e) {
            return "";
        }
        int begin = lines.lastIndexOf(mark);
        if (begin < 0) {
            return "";
        }
        List<String> said = lines.subList(begin + 1, lines.size());
        return String.join("; ", said.subList(Math.max(0, said.size() - LINES), said.size()));
    }
}
