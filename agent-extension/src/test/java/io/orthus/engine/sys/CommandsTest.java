// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CommandsTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Commands commands = Commands.local();

    @Test
    void givesTheOutput() throws IOException {
        assertThat(commands.run(LIMIT, "printf", "a\\nb\\n")).isEqualTo("a\nb\n");
    }

    @Test
    void doesNotWaitForInput() throws IOException {
        assertThat(commands.run(LIMIT, "cat")).isEmpty();
    }

    @Test
    void aFailureHasCommandStatusAndReason() {
        assertThatExceptionOfType(CommandFailedException.class)
                .isThrownBy(() -> commands.run(LIMIT, "sh", "-c", "echo why >&2; exit 7"))
                .withMessage("\"sh -c echo why >&2; exit 7\" failed with exit status 7: why")
                .satisfies(failure -> assertThat(failure.status()).isEqualTo(7));
    }

    @Test
    void oneThatTakesTooLongIsKilled() {
        assertThatExceptionOfType(TimedOutException.class)
                .isThrownBy(() -> commands.run(Duration.ofMillis(1), "sleep", "1000"));
    }
}
