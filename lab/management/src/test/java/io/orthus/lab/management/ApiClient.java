// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Calls the API as a user who has logged in, over HTTP. */
final class ApiClient {
    /** For anything that is expected to happen; a busy machine is slow. */
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    private static final long POLL_MS = 100;

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI api;
    private String cookie = "";
    private String key = "";

    ApiClient(int port) {
        this.api = URI.create("http://127.0.0.1:" + port + "/client/api");
    }

    /**
     * What came back.
     *
     * @param content what stands under the response's name
     */
    record Reply(int status, String name, JsonObject content) {
        String errorText() {
            return content.get("errortext").getAsString();
        }
    }

    ApiClient login(String user) throws IOException, InterruptedException {
        HttpResponse<String> response =
                send(Map.of("command", "login", "username", user, "password", "password"), false);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        cookie = response.headers().allValues("Set-Cookie").stream()
                .map(setting -> setting.substring(0, setting.indexOf(';')))
                .collect(Collectors.joining("; "));
        key = reply(response).content().get("sessionkey").getAsString();
        return this;
    }

    /** Calls a command; parameters are names and values in turn. */
    Reply call(String command, String... parameters) throws IOException, InterruptedException {
        Map<String, String> all = map(command, parameters);
        all.putIfAbsent("sessionkey", key);
        return reply(send(all, true));
    }

    /** Calls an asynchronous command and waits for its job; {@code content} is the job then. */
    Reply job(String command, String... parameters) throws IOException, InterruptedException {
        Reply begun = call(command, parameters);
        assertThat(begun.status()).as("%s", begun).isEqualTo(200);
        String id = begun.content().get("jobid").getAsString();
        return until(
                "the end of the job", job -> job.get("jobstatus").getAsInt() != 0, "queryAsyncJobResult", "jobid", id);
    }

    /** Calls a command again and again until its answer is as wanted. */
    Reply until(String what, Predicate<JsonObject> wanted, String command, String... parameters)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Reply reply = call(command, parameters);
            if (wanted.test(reply.content())) {
                return reply;
            }
            assertThat(System.nanoTime())
                    .as("waited in vain for %s: %s", what, reply)
                    .isLessThan(end);
            Thread.sleep(POLL_MS);
        }
    }

    /** The rows of a list. */
    JsonArray rows(String command, String object, String... parameters) throws IOException, InterruptedException {
        Reply reply = call(command, parameters);
        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
        JsonArray rows = reply.content().getAsJsonArray(object);
        return rows == null ? new JsonArray() : rows;
    }

    /** A request that says itself who sends it. */
    Reply anonymous(Map<String, String> parameters) throws IOException, InterruptedException {
        return reply(send(parameters, false));
    }

    static Map<String, String> map(String command, String... parameters) {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("command", command);
        map.put("response", "json");
        for (int i = 0; i < parameters.length; i += 2) {
            map.put(parameters[i], parameters[i + 1]);
        }
        return map;
    }

    private HttpResponse<String> send(Map<String, String> parameters, boolean known)
            throws IOException, InterruptedException {
        String form = parameters.entrySet().stream()
                .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        HttpRequest.Builder request = HttpRequest.newBuilder(api)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form));
        return http.send((known ? request.header("Cookie", cookie) : request).build(), BodyHandlers.ofString());
    }

    private static Reply reply(HttpResponse<String> response) {
        JsonObject whole = JsonParser.parseString(response.body()).getAsJsonObject();
        String name = whole.keySet().iterator().next();
        assertThat(name).isEqualTo(name.toLowerCase(Locale.ROOT));
        return new Reply(response.statusCode(), name, whole.getAsJsonObject(name));
    }
}
