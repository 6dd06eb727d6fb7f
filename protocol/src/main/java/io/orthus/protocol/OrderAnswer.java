// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.protocol;

import com.cloud.agent.api.Answer;
import com.cloud.agent.api.Command;

/**
 * How an order stands. {@link #getResult()} is {@code false} only if the command itself was refused, for example because
 * another order is under way on the host; {@link #getDetails()} says why, and nothing was begun.
 */
public final class OrderAnswer extends Answer {
    // Not final: the compiler would put the constant into protocol(), and the peer's value would never be seen.
    private int protocol = Protocol.VERSION;
    private final OrderReport report;

    /** For Gson. */
    @SuppressWarnings("unused")
    private OrderAnswer() {
        this.report = null;
    }

    public OrderAnswer(Command command, OrderReport report) {
        super(command);
        this.report = report;
    }

    /** A refusal; {@code why} names the subject and what to do. */
    public OrderAnswer(Command command, String why) {
        super(command, false, why);
        this.report = null;
    }

    /** The protocol version of the host. */
    public int protocol() {
        return protocol;
    }

    /** How the order stands; {@code null} if the command was refused. */
    public OrderReport report() {
        return report;
    }
}
