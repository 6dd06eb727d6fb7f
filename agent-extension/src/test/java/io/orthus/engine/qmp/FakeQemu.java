// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.qmp;

import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A monitor that greets one client at a time and answers what the test tells it to. */
final class FakeQemu implements AutoCloseable {
    /** What QEMU says to one command: whole lines, {@code %d} standing for the command's id. */
    interface Script {
        List<String> linesFor(JsonObject command) throws IOException;
    }

    static final String GREETING =
            "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 2, \"minor\": 0, \"major\": 10}}, \"capabilities\": [\"oob\"]}}";
    static final String OK = "{\"return\": {}, \"id\": %d}";

    private final ServerSocketChannel server;
    private final Script script;
    private final String greeting;
    private final List<JsonObject> received = Collections.synchronizedList(new ArrayList<>());
    private volatile SocketChannel client;

    FakeQemu(Path path, String greeting, Script script) throws IOException {
        this.script = script;
        this.greeting = greeting;
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        Thread thread = new Thread(this::serve, "fake QEMU");
        thread.setDaemon(true);
        thread.start();
    }

    /** Commands in the order in which they came, {@code qmp_capabilities} included. */
    List<JsonObject> received() {
        return List.copyOf(received);
    }

    void say(String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            client.write(bytes);
        }
    }

    void hangUp() throws IOException {
        client.close();
    }

    @Override
    public void close() throws IOException {
        server.close();
        if (client != null) {
            client.close();
        }
    }

    private void serve() {
        try {
            client = server.accept();
            say(greeting);
            BufferedReader reader = new BufferedReader(Channels.newReader(client, StandardCharsets.UTF_8));
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                JsonObject command = Json.parseObject(line, "the command");
                received.add(command);
                boolean handshake = Json.getString(command, "execute").equals("qmp_capabilities");
                for (String answer : handshake ? List.of(OK) : script.linesFor(command)) {
                    say(answer.replace("%d", Long.toString(Json.getLong(command, "id"))));
                }
            }
        } catch (IOException e) {
            // The test has closed one of the ends.
        }
    }
}
