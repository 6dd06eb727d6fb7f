// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ParallelTest {
    private static final List<Integer> MANY = IntStream.range(0, 100).boxed().toList();

    @Test
    void resultsComeInTheOrderOfTheItems() throws Exception {
        assertThat(Parallel.map(MANY, i -> i * i))
                .isEqualTo(MANY.stream().map(i -> i * i).toList());
    }

    @Test
    void nothingIsNothing() throws Exception {
        assertThat(Parallel.map(List.<Integer>of(), i -> i)).isEmpty();
    }

    @Test
    void theFirstFailureIsToldWhenAllAreThrough() {
        Set<Integer> done = ConcurrentHashMap.newKeySet();

        assertThatThrownBy(() -> Parallel.map(MANY, i -> {
                    done.add(i);
                    if (i % 10 == 7) {
                        throw new IOException("item " + i);
                    }
                    return i;
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("item 7");
        assertThat(done).hasSize(MANY.size());
    }

    @Test
    void aBugIsAFailureToo() {
        assertThatThrownBy(() -> Parallel.map(List.of(1, 2), i -> {
                    throw new IllegalStateException("bug " + i);
                }))
                .isInstanceOfAny(IOException.class, IllegalStateException.class)
                .hasMessageContaining("bug 1");
    }

    @Test
    void aSingleItemIsDoneByTheCaller() throws Exception {
        assertThat(Parallel.map(List.of(1), i -> Thread.currentThread())).containsExactly(Thread.currentThread());
    }
}
