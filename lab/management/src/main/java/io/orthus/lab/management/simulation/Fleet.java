// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.simulation;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.orthus.lab.management.beans.Wire;
import io.orthus.lab.management.cloud.HostLink;
import io.orthus.protocol.OrderCommand;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Simulated hosts that several stand-in servers reach by HTTP, on the loopback interface. Thread-safe. */
public final class Fleet implements AutoCloseable {
    /** Sees what comes to the hosts, before they do. May take its time: the sender waits. */
    @FunctionalInterface
    public interface Watch {
        /** {@code server} sends {@code command} to {@code host}. */
        void arrives(String server, String host, OrderCommand command);
    }

    private final Function<String, ? extends HostLink> hosts;
    private final Watch watch;
    private final HttpServer http;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** @param hosts finds a host by its name */
    public Fleet(Function<String, ? extends HostLink> hosts, Watch watch) throws IOException {
        this.hosts = hosts;
        this.watch = watch;
        this.http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", this::deliver);
        http.setExecutor(threads);
        http.start();
    }

    /** Where a server of that name finds the hosts. */
    public URI address(String server) {
        return URI.create("http://127.0.0.1:%d/%s/".formatted(http.getAddress().getPort(), server));
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }

    private void deliver(HttpExchange exchange) throws IOException {
        try (exchange) {
            // "/server/host"
            String[] path = exchange.getRequestURI().getPath().split("/", 3);
            String command = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            HostLink host = hosts.apply(path[2]);
            try {
                watch.arrives(path[1], path[2], Wire.read(command, OrderCommand.class));
                byte[] answer = host.send(command).getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
            } catch (IOException e) {
                // What a deaf host does; the sender is told at once instead of after its patience.
                exchange.sendResponseHeaders(504, -1);
            }
        }
    }
}
