// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.orthus.protocol.OrderAnswer;
import io.orthus.protocol.OrderReport;
import io.orthus.protocol.OrderState;
import io.orthus.protocol.PollOrderCommand;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswersTest {
    private final PollOrderCommand command = new PollOrderCommand("t");

    @Test
    void aReportIsASuccess() {
        OrderReport report = new OrderReport("t", OrderState.FAILED, "so", null, List.of());
        OrderAnswer answer = Answers.to(command, () -> report);
        assertThat(answer.getResult()).isTrue();
        assertThat(answer.report()).isEqualTo(report);
    }

    @Test
    void aRefusalSaysWhy() {
        OrderAnswer answer = Answers.to(command, () -> {
            throw new RefusedException("not now");
        });
        assertThat(answer.getResult()).isFalse();
        assertThat(answer.getDetails()).isEqualTo("not now");
    }

    @Test
    void aFailureIsNoStackTrace() {
        OrderAnswer answer = Answers.to(command, () -> {
            throw new IOException("the disk is full");
        });
        assertThat(answer.getResult()).isFalse();
        assertThat(answer.getDetails()).isEqualTo("the host could not do it: the disk is full");
    }
}
