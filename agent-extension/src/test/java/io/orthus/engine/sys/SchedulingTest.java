// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchedulingTest {
    private static final Scheduling BATCH = new Scheduling(3, 0);

    @Test
    void isSetAndRead() throws IOException {
        try (LineChild child = LineChild.start(List.of("cat"))) {
            BATCH.apply(child.pid());
            assertThat(Scheduling.of(child.pid())).isEqualTo(BATCH);
        }
    }

    @Test
    void aThreadThatHasEnded() {
        assertThatExceptionOfType(NoSuchProcessException.class).isThrownBy(() -> Scheduling.of(Integer.MAX_VALUE));
        assertThatExceptionOfType(NoSuchProcessException.class).isThrownBy(() -> BATCH.apply(Integer.MAX_VALUE));
    }

    @Test
    void aPolicyThatDoesNotExist() {
        int self = Math.toIntExact(ProcessHandle.current().pid());
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> new Scheduling(99, 0).apply(self))
                .withMessageContaining("cannot set the scheduling policy of thread " + self);
    }
}
