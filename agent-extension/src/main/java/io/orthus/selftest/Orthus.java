// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.selftest;

import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.json.JsonException;
import io.orthus.engine.sys.Deadline;
import io.orthus.engine.sys.LineChild;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The installed command, as an operator would call it: what it does is what is tested. */
@FunctionalInterface
interface Orthus {
    /**
     * What came of a call.
     *
     * @param status its exit status
     * @param report what it printed as JSON; empty if it did not get that far
     * @param words the end of what it said on standard error
     */
    record Ended(int status, Optional<JsonObject> report, String words) {}

    /** Calls it and waits. */
    Ended run(List<String> arguments) throws IOException;

    /** The one of this host. */
    static Orthus installed() {
        return arguments -> {
            List<String> argv = new ArrayList<>(List.of("/usr/bin/orthus"));
            argv.addAll(arguments);
            // Longer than all its own limits together.
            Deadline deadline = Deadline.after(Duration.ofHours(2));
            try (LineChild child = LineChild.start(argv)) {
                child.closeInput();
                StringBuilder output = new StringBuilder();
                for (var line = child.readLine(deadline); line.isPresent(); line = child.readLine(deadline)) {
                    output.append(line.get()).append('\n');
                }
                int status = child.waitExit(deadline);
                return new Ended(status, parse(output.toString()), child.stderr());
            }
        };
    }

    private static Optional<JsonObject> parse(String output) {
        try {
            return Optional.of(Json.parseObject(output, "the report of orthus"));
        } catch (JsonException e) {
            return Optional.empty();
        }
    }
}
