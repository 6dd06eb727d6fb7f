// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The page that says what this is, and the plugin's own page if there is one. */
public final class Pages implements HttpHandler {
    /** Where the plugin's page is, as in CloudStack's web application. */
    public static final String PLUGIN = "/client/orthus/";

    private static final String HOME = "/client/";
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=UTF-8",
            "js", "text/javascript; charset=UTF-8",
            "css", "text/css; charset=UTF-8",
            "json", "application/json; charset=UTF-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "woff2", "font/woff2");

    private final Path plugin;

    /** @param plugin the folder with the plugin's page; {@code null} for none */
    public Pages(Path plugin) {
        this.plugin = plugin == null ? null : plugin.toAbsolutePath().normalize();
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/") || path.equals("/client")) {
                exchange.getResponseHeaders().set("Location", HOME);
                exchange.sendResponseHeaders(302, -1);
            } else if (path.equals(HOME)) {
                send(exchange, 200, TYPES.get("html"), home());
            } else if (plugin != null && path.startsWith(PLUGIN)) {
                file(exchange, path.substring(PLUGIN.length()));
            } else {
                nothing(exchange);
            }
        }
    }

    private void file(HttpExchange exchange, String name) throws IOException {
        Path file = plugin.resolve(name.isEmpty() ? "index.html" : name).normalize();
        if (!file.startsWith(plugin) || !Files.isRegularFile(file)) {
            nothing(exchange);
            return;
        }
        String ending = name.isEmpty() ? "html" : name.substring(name.lastIndexOf('.') + 1);
        send(exchange, 200, TYPES.getOrDefault(ending, "application/octet-stream"), Files.readAllBytes(file));
    }

    private static void nothing(HttpExchange exchange) throws IOException {
        send(exchange, 404, "text/plain; charset=UTF-8", "There is nothing here.\n".getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] home() throws IOException {
        try (InputStream in = Pages.class.getResourceAsStream("home.html")) {
            return in.readAllBytes();
        }
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
