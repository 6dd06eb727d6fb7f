// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.selftest;

import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Asks {@code orthus-watch}, which hears the guests. Its lines and answers are in lab/guest/README.md. Thread-safe. */
@FunctionalInterface
interface Watcher {
    /**
     * A line out, an object in, waited for as long as the watcher takes.
     *
     * @throws IOException if nobody answers
     */
    JsonObject ask(String line) throws IOException;

    /** Whether the watcher, or the guest behind it, said yes. */
    static boolean ok(JsonObject answer) {
        return Json.find(answer, "ok")
                .filter(ok -> ok.isJsonPrimitive() && ok.getAsBoolean())
                .isPresent();
    }

    /** The watcher that listens on a socket. */
    static Watcher at(Path socket) {
        return line -> {
            try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                ByteBuffer question = StandardCharsets.US_ASCII.encode(line + "\n");
                while (question.hasRemaining()) {
                    channel.write(question);
                }
                BufferedReader reader = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
                String answer = reader.readLine();
                if (answer == null) {
                    throw new IOException("orthus-watch hung up instead of answering '" + line + "'");
                }
                return Json.parseObject(answer, "the answer of orthus-watch to '" + line + "'");
            }
        };
    }
}
