// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;

import io.orthus.engine.sys.Commands;
import io.orthus.engine.sys.Deadline;
import io.orthus.engine.sys.LineChild;
import io.orthus.engine.sys.Proc;
import io.orthus.engine.sys.ProcessId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DaemonTest {
    private static final String LIBVIRTD = "libvirtd.service";
    private static final String VIRTQEMUD = "virtqemud.service";

    private final FakeSystemctl systemctl = new FakeSystemctl();
    private final int self = Math.toIntExact(ProcessHandle.current().pid());

    private void runs(String unit, int pid) {
        systemctl.set(unit, "ActiveState", "active");
        systemctl.set(unit, "MainPID", Integer.toString(pid));
    }

    private String found() throws IOException {
        return Daemon.find(systemctl).unit();
    }

    @Nested
    class Finding {
        @Test
        void theOneThatRuns() throws IOException {
            systemctl.set(VIRTQEMUD, "ActiveState", "inactive");
            systemctl.set("virtqemud.socket", "ActiveState", "active");
            runs(LIBVIRTD, self);
            assertThat(found()).isEqualTo(LIBVIRTD);
        }

        @Test
        void theSplitDaemon() throws IOException {
            systemctl.set(LIBVIRTD, "ActiveState", "inactive");
            runs(VIRTQEMUD, self);
            assertThat(found()).isEqualTo(VIRTQEMUD);
        }

        @Test
        void theOneThatIsBeingRestarted() throws IOException {
            systemctl.set(LIBVIRTD, "ActiveState", "activating");
            systemctl.set(VIRTQEMUD, "ActiveState", "inactive");
            systemctl.set("virtqemud.socket", "ActiveState", "active");
            assertThat(found()).isEqualTo(LIBVIRTD);
        }

        @Test
        void theOneWhoseSocketListens() throws IOException {
            systemctl.set(LIBVIRTD, "ActiveState", "inactive");
            systemctl.set("libvirtd.socket", "ActiveState", "active");
            systemctl.set(VIRTQEMUD, "ActiveState", "inactive");
            assertThat(found()).isEqualTo(LIBVIRTD);
        }

        @Test
        void noneInstalled() {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(DaemonTest.this::found)
                    .withMessageContaining("neither virtqemud.service nor libvirtd.service");
        }

        @Test
        void bothRun() {
            runs(LIBVIRTD, self);
            runs(VIRTQEMUD, self);
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(DaemonTest.this::found)
                    .withMessageContaining("both virtqemud.service and libvirtd.service are running");
        }
    }

    @Test
    void theMainProcessIsNamedWithItsStartTime() throws IOException {
        Daemon daemon = new Daemon(systemctl, LIBVIRTD);
        runs(LIBVIRTD, self);
        assertThat(daemon.mainProcess()).contains(ProcessId.of(self));

        runs(LIBVIRTD, 0);
        assertThat(daemon.mainProcess()).isEmpty();
    }

    @Test
    void aProcessThatHasEndedIsNoMainProcess() throws IOException {
        int pid;
        try (LineChild child = LineChild.start(List.of("true"))) {
            pid = child.pid();
            child.waitExit(Deadline.after(Duration.ofSeconds(20)));
        }
        runs(LIBVIRTD, pid);

        assertThat(new Daemon(systemctl, LIBVIRTD).mainProcess()).isEmpty();
    }

    @Test
    void aZombieIsNoMainProcess() throws IOException {
        // The shell becomes a sleep, which never asks after the child that the shell has left it.
        String script = "exec 3<&0; head -n 1 <&3 & echo $!; exec sleep 1000";
        Deadline deadline = Deadline.after(Duration.ofSeconds(20));
        try (LineChild parent = LineChild.start(List.of("sh", "-c", script))) {
            int pid = Integer.parseInt(parent.readLine(deadline).orElseThrow());
            Proc sleeper = Proc.of(parent.pid());
            deadline.await("the sleep", () -> sleeper.commandLine().contains("sleep"));
            Proc child = Proc.of(pid);
            parent.writeLine("end");
            deadline.await(
                    "the zombie", () -> child.status("State").orElseThrow().startsWith("Z"));
            runs(LIBVIRTD, pid);

            assertThat(new Daemon(systemctl, LIBVIRTD).mainProcess()).isEmpty();
        }
    }

    @Test
    void waitsUntilTheDaemonIsUpAndAnswers() throws IOException {
        LibvirtHost connection = mock(LibvirtHost.class);
        AtomicInteger attempts = new AtomicInteger();
        systemctl.failNext(1);
        systemctl.onAction(() -> runs(LIBVIRTD, self));

        LibvirtHost ready = new Daemon(systemctl, LIBVIRTD)
                .awaitReady(
                        () -> {
                            if (attempts.incrementAndGet() < 3) {
                                throw new LibvirtFailure("be reached", "not yet");
                            }
                            return connection;
                        },
                        Deadline.after(Duration.ofSeconds(20)));

        assertThat(ready).isSameAs(connection);
        assertThat(systemctl.actions()).hasSize(4).containsOnly("start libvirtd.service");
    }

    @Test
    void saysWhyTheDaemonDoesNotComeUp() {
        systemctl.failNext(1000);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> new Daemon(systemctl, LIBVIRTD)
                        .awaitReady(() -> mock(LibvirtHost.class), Deadline.after(Duration.ZERO)))
                .withMessage("timed out after 0.0 s waiting for libvirtd.service:"
                        + " \"systemctl start libvirtd.service\" failed with exit status 1: Job failed.;"
                        + " see \"journalctl -u libvirtd.service\"");
    }

    @Test
    void aStartThatTakesTooLongIsLeftAlone() {
        Commands slow = (argv, deadline) -> {
            throw deadline.timedOut("the end of systemctl");
        };

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> new Daemon(slow, LIBVIRTD)
                        .awaitReady(() -> mock(LibvirtHost.class), Deadline.after(Duration.ZERO)))
                .withMessage("timed out after 0.0 s waiting for libvirtd.service: its start is still under way;"
                        + " see \"journalctl -u libvirtd.service\"");
    }
}
