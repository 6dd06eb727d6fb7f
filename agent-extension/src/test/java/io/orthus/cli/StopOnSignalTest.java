// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.orthus.engine.model.VmId;
import io.orthus.engine.model.VmOutcome;
import io.orthus.engine.sys.Deadline;
import io.orthus.engine.sys.LineChild;
import io.orthus.engine.upgrade.HostUpgrade;
import io.orthus.engine.upgrade.Options;
import io.orthus.engine.upgrade.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A JVM of its own is told to end while it is in an upgrade. */
class StopOnSignalTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int SIGTERM = 15;

    @Test
    void whatIsUnderWayIsFinishedFirst() throws IOException {
        try (LineChild jvm = upgradingJvm()) {
            assertThat(jvm.readLine(Deadline.after(LONG))).contains("upgrading");

            terminate(jvm);
            assertThat(jvm.readLine(Deadline.after(LONG))).get().asString().contains("will be finished first");
            // It would be gone by now if it did not wait: nobody has let it go on.
            jvm.writeLine("go on");
            assertThat(jvm.readLine(Deadline.after(LONG))).contains("through");
            assertThat(jvm.waitExit(Deadline.after(LONG))).isEqualTo(128 + SIGTERM);
        }
    }

    @Test
    void withoutASignalNothingIsSaid() throws IOException {
        try (LineChild jvm = upgradingJvm()) {
            assertThat(jvm.readLine(Deadline.after(LONG))).contains("upgrading");
            jvm.writeLine("go on");
            assertThat(jvm.readLine(Deadline.after(LONG))).contains("through");
            assertThat(jvm.waitExit(Deadline.after(LONG))).isZero();
        }
    }

    private static LineChild upgradingJvm() throws IOException {
        return LineChild.start(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Upgrading.class.getName()));
    }

    private static void terminate(LineChild jvm) {
        assertThat(ProcessHandle.of(jvm.pid()).orElseThrow().destroy()).isTrue();
    }

    /** The other JVM: an upgrade that takes until a line is read. */
    static final class Upgrading {
        private Upgrading() {}

        public static void main(String[] arguments) throws IOException {
            StopOnSignal signals =
                    StopOnSignal.install(new HostUpgrade(null, Options.defaults(), new Aloud()), new Aloud());
            System.out.println("upgrading");
            System.in.read();
            System.out.println("through");
            signals.close();
        }
    }

    private static final class Aloud implements Progress {
        @Override
        public void step(VmId vm, String step) {}

        @Override
        public void done(VmOutcome outcome) {}

        @Override
        public void host(String message) {
            System.out.println(message);
        }
    }
}
