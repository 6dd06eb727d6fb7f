// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.orthus.lab.management.api.ApiServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** The API and the pages by HTTP, on the loopback interface only. */
public final class Web implements AutoCloseable {
    private static final Logger LOGGER = LogManager.getLogger(Web.class);
    /** The longest body of a request, in bytes. */
    private static final int LONGEST = 1 << 20;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(16);

    /**
     * Listens at once.
     *
     * @param port 0 for one that is free
     */
    public Web(int port, ApiServer api, Pages pages) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/client/api", exchange -> answer(exchange, api));
        server.createContext("/", pages);
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static void answer(HttpExchange exchange, ApiServer api) throws IOException {
        try (exchange) {
            Map<String, String> parameters = new HashMap<>();
            read(exchange.getRequestURI().getRawQuery(), parameters);
            read(new String(exchange.getRequestBody().readNBytes(LONGEST), StandardCharsets.UTF_8), parameters);
            ApiServer.Answer answer = api.answer(parameters, cookie(exchange, "JSESSIONID"));
            LOGGER.debug("{} {}: {}", exchange.getRequestMethod(), parameters.get("command"), answer.status());
            answer.cookies()
                    .forEach((name, value) -> exchange.getResponseHeaders().add("Set-Cookie", setting(name, value)));
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json; charset=UTF-8");
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        } catch (RuntimeException e) {
            LOGGER.error("request failed", e);
        }
    }

    private static void read(String form, Map<String, String> into) {
        if (form == null) {
            return;
        }
        for (String pair : form.split("&", -1)) {
            int sign = pair.indexOf('=');
            if (sign > 0) {
                into.put(decode(pair.substring(0, sign)).toLowerCase(Locale.ROOT), decode(pair.substring(sign + 1)));
            }
        }
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private static String cookie(HttpExchange exchange, String name) {
        return exchange.getRequestHeaders().getOrDefault("Cookie", List.of()).stream()
                .flatMap(header -> List.of(header.split(";")).stream())
                .map(String::strip)
                .filter(cookie -> cookie.startsWith(name + "="))
                .map(cookie -> cookie.substring(name.length() + 1))
                .findFirst()
                .orElse(null);
    }

    /** As CloudStack sets them: scripts see who is logged in, but neither the session nor its key. */
    private static String setting(String name, String value) {
        boolean secret = name.equals("JSESSIONID") || name.equals("sessionkey");
        return "%s=%s; Path=%s; SameSite=Lax%s%s"
                .formatted(
                        name,
                        value,
                        name.equals("sessionkey") ? "/client/api" : "/client",
                        secret ? "; HttpOnly" : "",
                        value.isEmpty() ? "; Max-Age=0" : "");
    }
}
