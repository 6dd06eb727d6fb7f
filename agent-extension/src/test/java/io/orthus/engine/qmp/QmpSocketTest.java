// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.model.Vms;
import io.orthus.engine.sys.Deadline;
import io.orthus.engine.sys.TimedOutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The limit is for a test that hangs, far above what any of them takes. */
@Timeout(60)
class QmpSocketTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    /** For what does not come. */
    private static final Duration SHORT = Duration.ofMillis(50);
    /** For what does not come after something that does, however slow the machine. */
    private static final Duration ENOUGH = Duration.ofSeconds(5);

    private static final String STOP =
            "{\"timestamp\": {\"seconds\": 1700000000, \"microseconds\": 5}, \"event\": \"STOP\"}";
    private static final String MIGRATION = "{\"timestamp\": {\"seconds\": 1700000000, \"microseconds\": 6},"
            + " \"event\": \"MIGRATION\", \"data\": {\"status\": \"completed\"}}";

    @TempDir
    private Path directory;

    private Path path;

    @BeforeEach
    void socketName() {
        path = directory.resolve("monitor.sock");
    }

    private FakeQemu qemu(FakeQemu.Script script) throws IOException {
        return new FakeQemu(path, FakeQemu.GREETING, script);
    }

    @Test
    void executesACommand() throws Exception {
        try (FakeQemu qemu = qemu(command -> List.of("{\"return\": {\"status\": \"running\"}, \"id\": %d}"));
                QmpSocket socket = QmpSocket.connect(path, LONG)) {
            JsonElement result = socket.execute("query-status");

            assertThat(result).hasToString("{\"status\":\"running\"}");
            assertThat(Json.getObject(socket.greeting(), "version").has("qemu")).isTrue();
            assertThat(qemu.received())
                    .extracting(command -> Json.getString(command, "execute"))
                    .containsExactly("qmp_capabilities", "query-status");
            assertThat(qemu.received().get(1).has("arguments")).isFalse();
        }
    }

    /** As the socket of a VM's monitor, on which the old QEMU listens too, and has a client. */
    @Test
    void doesNotWaitForAProcessThatHasEnded() throws Exception {
        try (ServerSocketChannel busy = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            busy.bind(UnixDomainSocketAddress.of(path));

            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> QmpSocket.connect(path, LONG, Vms.NO_PROCESS))
                    .withMessageContaining("it has ended");
        }
    }

    @Test
    void passesArguments() throws Exception {
        JsonObject arguments = Json.object().put("id", "net0").build();
        try (FakeQemu qemu = qemu(command -> List.of(FakeQemu.OK));
                QmpSocket socket = QmpSocket.connect(path, LONG)) {
            socket.execute("device_del", arguments);

            assertThat(qemu.received().get(1).get("arguments")).isEqualTo(arguments);
        }
    }

    @Test
    void aRefusalHasQemusWordsAndLeavesTheMonitorUsable() throws Exception {
        try (FakeQemu qemu = qemu(command -> Json.getString(command, "execute").equals("cont")
                        ? List.of("{\"id\": %d, \"error\": {\"class\": \"GenericError\", \"desc\": \"no lock\"}}")
                        : List.of(FakeQemu.OK));
                QmpSocket socket = QmpSocket.connect(path, LONG)) {
            assertThatExceptionOfType(QmpException.class)
                    .isThrownBy(() -> socket.execute("cont"))
                    .withMessage("QEMU refused \"cont\": no lock")
                    .satisfies(refusal -> {
                        assertThat(refusal.command()).isEqualTo("cont");
                        assertThat(refusal.errorClass()).isEqualTo("GenericError");
                        assertThat(refusal.description()).isEqualTo("no lock");
                    });
            assertThat(socket.execute("stop")).hasToString("{}");
            assertThat(qemu.received()).hasSize(3);
        }
    }

    @Test
    void eventsBetweenCommandAndAnswerAreKeptInOrder() throws Exception {
        try (FakeQemu qemu = qemu(command -> List.of(STOP, MIGRATION, FakeQemu.OK));
                QmpSocket socket = QmpSocket.connect(path, LONG)) {
            socket.execute("migrate");

            QmpEvent migration = socket.awaitEvent(
                    "the end of the migration", event -> event.name().equals("MIGRATION"), Deadline.after(LONG));
            assertThat(Json.getString(migration.data(), "status")).isEqualTo("completed");
            assertThat(migration.nanos()).isEqualTo(1_700_000_000_000_006_000L);
            assertThat(socket.takeEvents()).extracting(QmpEvent::name).containsExactly("STOP");
            assertThat(socket.takeEvents()).isEmpty();
            assertThat(qemu.received()).hasSize(2);
        }
    }

    @Test
    void waitsForAnEventThatComesLater() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (FakeQemu qemu = qemu(command -> List.of(FakeQemu.OK));
                QmpSocket socket = QmpSocket.connect(path, LONG)) {
            Future<QmpEvent> event = thread.submit(() ->
                    socket.awaitEvent("a stop", candidate -> candidate.name().equals("STOP"), Deadline.after(LONG)));
            qemu.say(STOP);

            assertThat(event.get().name()).isEqualTo("STOP");
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void anEventThatDoesNotComeLeavesTheMonitorUsable() throws Exception {
        try (FakeQemu qemu = qemu(command -> List.of(FakeQemu.OK));
                QmpSocket socket = QmpSocket.connect(path, LONG)) {
            assertThatExceptionOfType(TimedOutException.class)
                    .isThrownBy(() -> socket.awaitEvent("a stop", event -> true, Deadline.after(SHORT)))
                    .withMessage("timed out after 0.05 s waiting for a stop on " + path);
            assertThat(socket.execute("stop")).hasToString("{}");
            assertThat(qemu.received()).hasSize(2);
        }
    }

    @Test
    void aCommandWithoutAnAnswerTimesOutAndClosesTheConnection() throws Exception {
        try (FakeQemu qemu = qemu(command -> List.of());
                QmpSocket socket = QmpSocket.connect(path, ENOUGH)) {
            assertThatExceptionOfType(TimedOutException.class)
                    .isThrownBy(() -> socket.execute("cont"))
                    .withMessage("timed out after 5.0 s waiting for QEMU's answer to \"cont\" on " + path);
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> socket.execute("stop"));
            assertThat(qemu.received()).hasSize(2);
        }
    }

    @Test
    void aQemuThatEndsIsNoticedWhileWaiting() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (FakeQemu qemu = qemu(command -> List.of(FakeQemu.OK));
                QmpSocket socket = QmpSocket.connect(path, LONG)) {
            Future<QmpEvent> event =
                    thread.submit(() -> socket.awaitEvent("a stop", candidate -> true, Deadline.after(LONG)));
            qemu.hangUp();

            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(event::get)
                    .withMessageContaining("a stop on " + path + " did not come: QEMU has closed the connection");
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void anAnswerToAnotherCommandIsNotTaken() throws Exception {
        try (FakeQemu qemu = qemu(command -> List.of("{\"return\": {}, \"id\": 12345}"));
                QmpSocket socket = QmpSocket.connect(path, LONG)) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> socket.execute("cont"))
                    .withMessageContaining("answered another command than \"cont\"");
            assertThat(qemu.received()).hasSize(2);
        }
    }

    @Test
    void somethingElseThanQmpIsAnError() throws Exception {
        try (FakeQemu qemu = new FakeQemu(path, "SSH-2.0-OpenSSH", command -> List.of())) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> QmpSocket.connect(path, LONG))
                    .withMessageContaining("QEMU's greeting on " + path + " did not come");
            assertThat(qemu.received()).isEmpty();
        }
    }

    @Test
    void aSocketThatIsNotThereIsAnError() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> QmpSocket.connect(path, LONG))
                .withMessageContaining(path.toString());
    }

    /** A trial waits for a QEMU that has bound its socket and does not listen yet. */
    @Test
    void aSocketOnWhichNobodyListensIsToldApart() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
        }
        // The file outlives its listener.
        assertThat(path).exists();
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> QmpSocket.connect(path, LONG))
                .withMessageContaining(path.toString());
    }

    @Test
    void aListenerThatDoesNotAcceptTimesOut() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));

            assertThatExceptionOfType(TimedOutException.class)
                    .isThrownBy(() -> QmpSocket.connect(path, SHORT))
                    .withMessage("timed out after 0.05 s waiting for QEMU's greeting on " + path);
        }
    }

    @Test
    void aListenerWhoseQueueIsFullTimesOut() throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(address, 1);
            try (SocketChannel first = SocketChannel.open(address);
                    SocketChannel second = SocketChannel.open(address)) {
                assertThat(first.isConnected() && second.isConnected()).isTrue();

                assertThatExceptionOfType(TimedOutException.class).isThrownBy(() -> QmpSocket.connect(path, SHORT));
            }
        }
    }

    @Test
    void commandsOfSeveralThreadsDoNotMix() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (FakeQemu qemu = qemu(command ->
                        List.of(STOP, "{\"return\": " + Json.getObject(command, "arguments") + ", \"id\": %d}"));
                QmpSocket socket = QmpSocket.connect(path, LONG)) {
            List<Future<JsonElement>> results = IntStream.range(0, 200)
                    .mapToObj(i -> threads.submit(() ->
                            socket.execute("echo", Json.object().put("n", i).build())))
                    .toList();

            for (int i = 0; i < results.size(); i++) {
                assertThat(results.get(i).get()).hasToString("{\"n\":" + i + "}");
            }
            assertThat(socket.takeEvents()).hasSize(200);
            assertThat(qemu.received()).hasSize(201);
        } finally {
            threads.shutdownNow();
        }
    }
}
