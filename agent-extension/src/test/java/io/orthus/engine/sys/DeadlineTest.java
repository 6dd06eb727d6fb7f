// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DeadlineTest {
    /** Time that passes only by sleeping. */
    private static final class FakeTicker implements Ticker {
        private long now = 1_000;
        private int sleeps;

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public void sleep(long nanos) {
            now += nanos;
            sleeps++;
        }
    }

    private final FakeTicker ticker = new FakeTicker();

    @Test
    void waitsUntilTheConditionHolds() throws IOException {
        Deadline deadline = Deadline.after(ticker, Duration.ofSeconds(1));
        AtomicInteger asked = new AtomicInteger();

        deadline.await("the third time", () -> asked.incrementAndGet() == 3);

        assertThat(asked).hasValue(3);
        assertThat(ticker.sleeps).isEqualTo(2);
        assertThat(deadline.expired()).isFalse();
    }

    @Test
    void saysWhatItWaitedForAndHowLong() {
        Deadline deadline = Deadline.after(ticker, Duration.ofMillis(1500));

        assertThatExceptionOfType(TimedOutException.class)
                .isThrownBy(() -> deadline.await("the moon", () -> false))
                .withMessage("timed out after 1.5 s waiting for the moon");
        assertThat(ticker.now).isEqualTo(1_000 + Duration.ofMillis(1500).toNanos());
        assertThat(deadline.expired()).isTrue();
        assertThat(deadline.remainingNanos()).isZero();
    }

    @Test
    void asksNoMoreOftenThanItShould() {
        Deadline deadline = Deadline.after(ticker, Duration.ofSeconds(1));

        assertThatExceptionOfType(TimedOutException.class)
                .isThrownBy(() -> deadline.await("x", Duration.ofMillis(300), () -> false));
        assertThat(ticker.sleeps).isEqualTo(4);
    }

    @Test
    void asksOnceEvenWhenTheTimeIsUp() throws IOException {
        Deadline.after(ticker, Duration.ZERO).await("nothing", () -> true);

        assertThat(ticker.sleeps).isZero();
    }

    @Test
    void aFailureEndsTheWait() {
        Deadline deadline = Deadline.after(ticker, Duration.ofSeconds(1));

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> deadline.await("x", () -> {
                    throw new IOException("broken");
                }))
                .withMessage("broken");
    }

    @Test
    void anInterruptEndsTheWaitAndIsNotLost() {
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(InterruptedIOException.class)
                .isThrownBy(() -> Deadline.after(Duration.ofMinutes(1)).await("x", () -> false));
        assertThat(Thread.interrupted()).isTrue();
    }
}
