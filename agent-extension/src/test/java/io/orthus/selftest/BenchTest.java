// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.selftest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orthus.engine.sys.CommandFailedException;
import io.orthus.engine.sys.Commands;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchTest {
    private final List<List<String>> argvs = new ArrayList<>();

    private final Commands commands = (argv, deadline) -> {
        argvs.add(argv);
        return "";
    };

    /** The guard outlives whoever is killed, and lives no longer than the self-test. */
    @Test
    void theGuardEndsWithThisProcessAndThenCleansUp() throws IOException {
        new Bench(commands).guard();

        assertThat(argvs.get(0))
                .startsWith("systemd-run")
                .contains("ExecStopPost=/usr/lib/orthus/selftest/selftest-clean")
                .contains("--pid=" + ProcessHandle.current().pid());
    }

    @Test
    void whatCouldNotBeTakenDownIsTold() {
        Commands failing = (argv, deadline) -> {
            throw new CommandFailedException(argv, 1, "no systemd");
        };

        assertThatThrownBy(() -> new Bench(failing).takeDown())
                .hasMessageContaining("not everything could be taken down")
                .hasMessageContaining("no systemd");
    }

    @Test
    void aGuestWhoseAgentDoesNotAnswerIsNotManaged() {
        Commands failing = (argv, deadline) -> {
            throw new CommandFailedException(argv, 1, "no agent");
        };

        assertThat(new Bench(failing).managed(TestGuest.ALL.get(0))).isFalse();
        assertThat(new Bench(commands).managed(TestGuest.ALL.get(0))).isTrue();
    }
}
