// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.agent;

import io.orthus.protocol.OrderAnswer;
import io.orthus.protocol.OrderCommand;
import io.orthus.protocol.OrderReport;
import java.io.IOException;

/** Makes an answer of what becomes of a command. */
public final class Answers {
    private Answers() {}

    /** What a command comes to. */
    @FunctionalInterface
    public interface Work {
        /** Does it and tells how the order stands. */
        OrderReport run() throws RefusedException, IOException;
    }

    /** The answer, whatever happens: CloudStack would make a stack trace of an exception, and the operator would see that. */
    public static OrderAnswer to(OrderCommand command, Work work) {
        try {
            return new OrderAnswer(command, work.run());
        } catch (RefusedException e) {
            return new OrderAnswer(command, e.getMessage());
        } catch (IOException e) {
            return new OrderAnswer(command, "the host could not do it: " + e.getMessage());
        }
    }
}
