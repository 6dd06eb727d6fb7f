// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.qmp;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.json.JsonException;
import io.orthus.engine.sys.Deadline;
import io.orthus.engine.sys.ProcessId;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * A QMP monitor on a UNIX socket.
 *
 * <p>Thread-safe: commands of several threads are executed one after the other. A thread of its own reads whatever
 * QEMU says; events are kept, in their order, until somebody takes them.
 *
 * <p>After a command has timed out the connection is closed: a late answer could be taken for another one's.
 */
public final class QmpSocket implements Qmp {
    /** Far more than a QEMU under upgrade tells; only a bound for a monitor whose events nobody takes. */
    private static final int MAX_EVENTS = 10_000;

    private final Path path;
    private final Duration timeout;
    private final SocketChannel channel;

    /** Held from a command to its answer. */
    private final ReentrantLock commandLock = new ReentrantLock();

    /** Guards all that follows. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private final Deque<QmpEvent> events = new ArrayDeque<>();
    private JsonObject greeting;
    private JsonObject answer;
    private IOException failure;

    private long lastId;

    private QmpSocket(Path path, Duration timeout) throws IOException {
        this.path = path;
        this.timeout = timeout;
        this.channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    }

    /**
     * Connects and waits until QEMU takes commands.
     *
     * @param path the monitor's socket
     * @param timeout for the connection, and later for each command; a QEMU serves one client at a time and lets the
     *     next one wait
     * @throws ConnectException if the socket is there, but nobody listens on it, as it is for a moment when QEMU starts
     * @throws io.orthus.engine.sys.TimedOutException if QEMU does not greet in time
     */
    public static QmpSocket connect(Path path, Duration timeout) throws IOException {
        return connect(path, timeout, () -> true);
    }

    /**
     * As above, and gives up at once when {@code server} has ended. That is not seen from the connection when another
     * process listens on the same socket too: it stays in their common queue.
     */
    public static QmpSocket connect(Path path, Duration timeout, ProcessId server) throws IOException {
        return connect(path, timeout, server::alive);
    }

    private static QmpSocket connect(Path path, Duration timeout, Deadline.Condition<IOException> served)
            throws IOException {
        QmpSocket socket = new QmpSocket(path, timeout);
        try {
            socket.start(served);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public JsonElement execute(String command, JsonObject arguments) throws QmpException, IOException {
        Deadline deadline = Deadline.after(timeout);
        String what = "QEMU's answer to \"" + command + "\" on " + path;
        commandLock.lock();
        try {
            JsonObject message = QmpMessages.command(command, arguments);
            long id = ++lastId;
            message.addProperty("id", id);
            send(message);
            JsonObject received = await(what, deadline, this::takeAnswer);
            if (Json.getLong(received, "id") != id) {
                throw new JsonException("QEMU on " + path + " answered another command than \"" + command + "\"");
            }
            return QmpMessages.result(command, received);
        } catch (IOException e) {
            close();
            throw e;
        } finally {
            commandLock.unlock();
        }
    }

    /**
     * Waits for an event and takes it; the others stay.
     *
     * @param what what is waited for, for the error message
     * @param wanted asked for each event once or more, in their order, those of the past that nobody took included
     * @throws io.orthus.engine.sys.TimedOutException if it does not come by the deadline; the connection stays open
     */
    public QmpEvent awaitEvent(String what, Predicate<QmpEvent> wanted, Deadline deadline) throws IOException {
        return await(what + " on " + path, deadline, () -> takeEvent(wanted));
    }

    /** Takes all events that have come so far. */
    public List<QmpEvent> takeEvents() {
        lock.lock();
        try {
            List<QmpEvent> taken = new ArrayList<>(events);
            events.clear();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** QEMU's greeting, which has its version. */
    public JsonObject greeting() {
        lock.lock();
        try {
            return greeting.deepCopy();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public String toString() {
        return "QMP on " + path;
    }

    private void start(Deadline.Condition<IOException> served) throws IOException {
        Thread reader = new Thread(this::read, toString());
        reader.setDaemon(true);
        reader.start();
        String what = "QEMU's greeting on " + path;
        Deadline deadline = Deadline.after(timeout);
        deadline.await(what, () -> heard() || !served.holds());
        if (!heard()) {
            throw new IOException(what + " did not come: it has ended");
        }
        await(what, deadline, () -> greeting);
        try {
            execute("qmp_capabilities");
        } catch (QmpException e) {
            throw new IOException(this + ": " + e.getMessage(), e);
        }
    }

    private void send(JsonObject message) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((message + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Supplies what is waited for, or {@code null} as long as it is not there. Called with the lock held. */
    @FunctionalInterface
    private interface Attempt<T> {
        T get() throws IOException;
    }

    private <T> T await(String what, Deadline deadline, Attempt<T> attempt) throws IOException {
        lock.lock();
        try {
            for (T result = attempt.get(); ; result = attempt.get()) {
                if (result != null) {
                    return result;
                }
                if (failure != null) {
                    throw didNotCome(what, failure);
                }
                long remaining = deadline.remainingNanos();
                if (remaining == 0) {
                    throw deadline.timedOut(what);
                }
                changed.awaitNanos(remaining);
            }
        } catch (InterruptedException e) {
            throw Deadline.interrupted(what);
        } finally {
            lock.unlock();
        }
    }

    /** Of the same kind for those who make a difference: the failure itself happened in another thread. */
    private static IOException didNotCome(String what, IOException failure) {
        String message = what + " did not come: " + failure.getMessage();
        if (failure instanceof ConnectException) {
            ConnectException refused = new ConnectException(message);
            refused.initCause(failure);
            return refused;
        }
        return new IOException(message, failure);
    }

    /** Whether the reader thread has something to say, be it that it failed. */
    private boolean heard() {
        lock.lock();
        try {
            return greeting != null || failure != null;
        } finally {
            lock.unlock();
        }
    }

    private JsonObject takeAnswer() {
        JsonObject taken = answer;
        answer = null;
        return taken;
    }

    private QmpEvent takeEvent(Predicate<QmpEvent> wanted) {
        for (Iterator<QmpEvent> iterator = events.iterator(); iterator.hasNext(); ) {
            QmpEvent event = iterator.next();
            if (wanted.test(event)) {
                iterator.remove();
                return event;
            }
        }
        return null;
    }

    /**
     * The reader thread. It also connects, because connecting blocks while the queue of waiting clients is full; closing
     * the channel gets it out of that.
     */
    private void read() {
        IOException end;
        try {
            channel.connect(UnixDomainSocketAddress.of(path));
            BufferedReader reader = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                receive(Json.parseObject(line, "QEMU's message on " + path));
            }
            end = new IOException("QEMU has closed the connection");
        } catch (IOException e) {
            end = e;
        }
        lock.lock();
        try {
            failure = end;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void receive(JsonObject message) throws JsonException {
        lock.lock();
        try {
            if (message.has("QMP")) {
                greeting = Json.getObject(message, "QMP");
            } else if (message.has("event")) {
                if (events.size() == MAX_EVENTS) {
                    events.removeFirst();
                }
                events.add(QmpEvent.from(message));
            } else {
                answer = message;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
