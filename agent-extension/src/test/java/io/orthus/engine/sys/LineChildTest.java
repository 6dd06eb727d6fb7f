// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineChildTest {
    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(20));
    }

    @Test
    void speaksLineByLine() throws IOException {
        try (LineChild cat = LineChild.start(List.of("cat"))) {
            cat.writeLine("{\"a\":\"ü\"}");
            assertThat(cat.readLine(soon())).contains("{\"a\":\"ü\"}");
            cat.writeLine("go");
            assertThat(cat.readLine(soon())).contains("go");

            cat.closeInput();
            assertThat(cat.readLine(soon())).isEmpty();
            assertThat(cat.readLine(soon())).isEmpty();
            assertThat(cat.waitExit(soon())).isZero();
        }
    }

    @Test
    void noShellSeesTheArguments() throws IOException {
        try (LineChild echo = LineChild.start(List.of("printf", "%s\\n", "$HOME; `id` 'x' *"))) {
            assertThat(echo.readLine(soon())).contains("$HOME; `id` 'x' *");
        }
    }

    @Test
    void aLateLineIsNotLost() throws IOException {
        try (LineChild cat = LineChild.start(List.of("cat"))) {
            assertThatExceptionOfType(TimedOutException.class)
                    .isThrownBy(() -> cat.readLine(Deadline.after(Duration.ZERO)))
                    .withMessage("timed out after 0.0 s waiting for output of " + cat);

            cat.writeLine("late");
            assertThat(cat.readLine(soon())).contains("late");
        }
    }

    @Test
    void waitingForTheEndTimesOut() throws IOException {
        try (LineChild cat = LineChild.start(List.of("cat"))) {
            assertThatExceptionOfType(TimedOutException.class)
                    .isThrownBy(() -> cat.waitExit(Deadline.after(Duration.ZERO)));

            cat.kill();
            assertThat(cat.waitExit(soon())).isEqualTo(128 + 9);
            assertThat(cat.readLine(soon())).isEmpty();
        }
    }

    @Test
    void keepsTheEndOfStandardError() throws IOException {
        String script = "i=0; while [ $i -lt 3000 ]; do echo line $i >&2; i=$((i+1)); done; exit 3";
        try (LineChild child = LineChild.start(List.of("sh", "-c", script))) {
            assertThat(child.waitExit(soon())).isEqualTo(3);
            assertThat(child.stderr()).endsWith("line 2999").hasSizeLessThanOrEqualTo(8192);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "echo why >&2; exit 3|ended with exit status 3: why",
                "exit 0|ended with exit status 0 and said nothing",
                "kill -9 $$|was killed by signal 9 and said nothing",
            })
    void anEndThatCameTooEarlyIsToldWithItsCause(String script, String message) throws IOException {
        try (LineChild child = LineChild.start(List.of("sh", "-c", script))) {
            assertThat(child.readLine(soon())).isEmpty();
            assertThat(child.endedTooEarly(soon()))
                    .extracting(Throwable::getMessage)
                    .asString()
                    .isEqualTo("sh (pid %d) ".formatted(child.pid()) + message);
        }
    }

    @Test
    void aChildThatIsGoneIsAnErrorOnWriting() throws IOException {
        try (LineChild child = LineChild.start(List.of("true"))) {
            assertThat(child.waitExit(soon())).isZero();

            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> child.writeLine("x"))
                    .withMessageStartingWith("cannot write to true (pid ");
        }
    }

    @Test
    void oneLineIsOneLine() throws IOException {
        try (LineChild cat = LineChild.start(List.of("cat"))) {
            assertThatIllegalArgumentException().isThrownBy(() -> cat.writeLine("a\nb"));
        }
    }

    @Test
    void aProgramThatIsNotThereIsNamed() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> LineChild.start(List.of("/no/such/program")))
                .withMessageContaining("/no/such/program");
    }
}
