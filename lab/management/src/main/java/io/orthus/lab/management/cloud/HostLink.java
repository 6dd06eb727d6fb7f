// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.cloud;

import java.io.IOException;

/** The way to the agent of a host. */
@FunctionalInterface
public interface HostLink {
    /**
     * Delivers a command and returns the answer, both as they go over the wire.
     *
     * @throws IOException if no answer came
     */
    String send(String command) throws IOException;
}
