// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Runs programs that answer and end. */
@FunctionalInterface
public interface Commands {
    /**
     * Runs a program and waits for it.
     *
     * @param argv the program and its arguments; no shell
     * @return its standard output, lines ended by a line feed
     * @throws CommandFailedException if its exit status is not 0
     * @throws TimedOutException if it has not ended in time; it is killed then
     */
    String run(List<String> argv, Deadline deadline) throws IOException;

    /** As {@link #run(List, Deadline)}, with a limit that is for this program alone. */
    default String run(Duration limit, String... argv) throws IOException {
        return run(List.of(argv), Deadline.after(limit));
    }

    /** Runs them on this host. */
    static Commands local() {
        return (argv, deadline) -> {
            try (LineChild child = LineChild.start(argv)) {
                child.closeInput();
                StringBuilder output = new StringBuilder();
                for (var line = child.readLine(deadline); line.isPresent(); line = child.readLine(deadline)) {
                    output.append(line.get()).append('\n');
                }
                int status = child.waitExit(deadline);
                if (status != 0) {
                    throw new CommandFailedException(argv, status, child.stderr());
                }
                return output.toString();
            }
        };
    }
}
