// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChildrenTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    @Test
    void tellsWhatAProgramSaidAndHowItEnded() throws Exception {
        Programs.Output output = new Children(LONG).run(List.of("/bin/sh", "-c", "echo out; echo err >&2; exit 3"));
        assertThat(output).isEqualTo(new Programs.Output(3, "out\n", "err\n"));
    }

    @Test
    void aProgramThatHangsIsKilled() {
        assertThatThrownBy(() -> new Children(Duration.ofMillis(1)).run(List.of("/usr/bin/tail", "-f", "/dev/null")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("did not end");
    }

    @Test
    void aProgramThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> new Children(LONG).run(List.of("/nowhere/orthus")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/nowhere/orthus");
    }
}
