// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OrderCommandTest {
    private final List<OrderCommand> commands = List.of(
            new StartOrderCommand(GoldenFilesTest.Examples.upgrade()),
            new PollOrderCommand(GoldenFilesTest.Examples.TOKEN),
            new CancelOrderCommand(GoldenFilesTest.Examples.TOKEN));

    @Test
    void noCommandBlocksOthersOfTheHost() {
        assertThat(commands).noneMatch(OrderCommand::executeInSequence);
    }

    @Test
    void reachesAHostThatIsPutIntoMaintenance() {
        assertThat(commands).allMatch(OrderCommand::isBypassHostMaintenance);
    }

    @Test
    void isNotKeptForLater() {
        assertThat(commands).noneMatch(OrderCommand::allowCaching);
    }

    @Test
    void namesItsOrder() {
        assertThat(commands).extracting(OrderCommand::token).containsOnly(GoldenFilesTest.Examples.TOKEN);
    }

    @Test
    void aRefusalSaysWhy() {
        OrderAnswer answer = new OrderAnswer(commands.get(0), "busy");
        assertThat(answer.getResult()).isFalse();
        assertThat(answer.getDetails()).isEqualTo("busy");
        assertThat(answer.report()).isNull();
    }
}
