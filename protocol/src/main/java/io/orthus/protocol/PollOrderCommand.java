// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.protocol;

/** Asks how an order stands. */
public final class PollOrderCommand extends OrderCommand {
    private final String token;

    /** For Gson. */
    @SuppressWarnings("unused")
    private PollOrderCommand() {
        this(null);
    }

    public PollOrderCommand(String token) {
        this.token = token;
    }

    @Override
    public String token() {
        return token;
    }
}
