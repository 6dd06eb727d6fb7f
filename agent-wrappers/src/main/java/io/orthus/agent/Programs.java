// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.agent;

import java.io.IOException;
import java.util.List;

/** Runs short-lived programs of this host. Thread-safe. */
@FunctionalInterface
interface Programs {
    /**
     * Runs a program and waits for its end.
     *
     * @param command its absolute path and its arguments; no shell reads them
     * @throws IOException if it cannot be run, or does not end in time and is killed
     */
    Output run(List<String> command) throws IOException;

    /**
     * What a program said and how it ended.
     *
     * @param exit its exit code
     * @param out what it wrote to standard output
     * @param err what it wrote to standard error
     */
    record Output(int exit, String out, String err) {}
}
