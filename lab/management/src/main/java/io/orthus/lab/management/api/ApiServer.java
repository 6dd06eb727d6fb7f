// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.api;

import com.google.gson.JsonObject;
import io.orthus.lab.management.cloud.Cloud;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.cloudstack.framework.config.ConfigKey;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** Answers requests, from wherever they come. Thread-safe. */
public final class ApiServer implements AutoCloseable {
    private static final Logger LOGGER = LogManager.getLogger(ApiServer.class);

    private final Users users = new Users();
    private final Sessions sessions = new Sessions();
    private final Jobs jobs = new Jobs();
    private final Commands commands = new Commands();

    /**
     * @param plugin classes of the plugin's commands
     * @param inject gives a command's fields their beans
     * @param settings what listConfigurations is to tell of
     */
    public ApiServer(Cloud cloud, List<Class<?>> plugin, Consumer<Object> inject, List<ConfigKey<?>> settings) {
        OwnCommands.addTo(commands, cloud, users, jobs, settings);
        Parameters reader = new Parameters(cloud);
        plugin.forEach(type -> commands.add(new PluginCommand(type, reader, inject)));
    }

    /**
     * An answer.
     *
     * @param body JSON
     * @param cookies to be set, by name; empty values are to be deleted
     */
    public record Answer(int status, String body, Map<String, String> cookies) {}

    /**
     * Answers one request.
     *
     * @param parameters by name in lower case
     * @param session the session cookie, or {@code null}
     */
    public Answer answer(Map<String, String> parameters, String session) {
        String name = parameters.getOrDefault("command", "");
        String response = name.isEmpty() ? "errorresponse" : name.toLowerCase(Locale.ROOT) + "response";
        try {
            if (!"json".equals(parameters.getOrDefault("response", "json"))) {
                throw new ApiError(ApiError.BAD_PARAMETER, "This stand-in answers in JSON only: response=json");
            }
            return switch (name) {
                case "login" -> login(parameters);
                case "logout" -> logout(session);
                default -> answered(response, execute(name, parameters, session));
            };
        } catch (ApiError e) {
            return new Answer(e.code(), Json.text(Json.under(response, e.json())), Map.of());
        } catch (RuntimeException e) {
            LOGGER.error("{} failed", name, e);
            ApiError error = new ApiError(ApiError.INTERNAL, "Internal error executing command: " + e.getMessage());
            return new Answer(error.code(), Json.text(Json.under(response, error.json())), Map.of());
        }
    }

    @Override
    public void close() {
        jobs.close();
    }

    private JsonObject execute(String name, Map<String, String> parameters, String session) throws ApiError {
        User user = caller(parameters, session)
                .orElseThrow(() -> new ApiError(
                        ApiError.UNAUTHORIZED, "unable to verify user credentials and/or request signature"));
        ApiCommand command = commands.find(name, user)
                .orElseThrow(() -> new ApiError(
                        ApiError.UNKNOWN_COMMAND,
                        "The given command '%s' either does not exist, is not available for user.".formatted(name)));
        ApiCommand.Action action = command.prepare(new Call(user, parameters));
        return command.async() ? jobs.begin(command, user, action) : action.run();
    }

    private Optional<User> caller(Map<String, String> parameters, String session) {
        String key = parameters.get("apikey");
        return key == null
                ? sessions.caller(session, parameters.get("sessionkey"))
                : users.byApiKey(key).filter(user -> Signatures.good(parameters, user.secretKey(), Instant.now()));
    }

    private Answer login(Map<String, String> parameters) throws ApiError {
        String name = parameters.get("username");
        User user = users.byPassword(name, parameters.get("password"))
                .orElseThrow(() -> new ApiError(
                        ApiError.WRONG_PASSWORD,
                        "Failed to authenticate user %s; please provide valid credentials".formatted(name)));
        Sessions.Session session = sessions.begin(user);
        JsonObject json = new JsonObject();
        json.addProperty("username", user.name());
        json.addProperty("userid", user.uuid());
        json.addProperty("account", user.name());
        json.addProperty("domainid", Cloud.uuid("domain", "ROOT"));
        json.addProperty("type", user.role().name().equals("Admin") ? "1" : "0");
        json.addProperty("timeout", "1800");
        json.addProperty("sessionkey", session.key());
        return new Answer(
                200,
                Json.text(Json.under("loginresponse", json)),
                Map.of(
                        "JSESSIONID", session.id(),
                        "sessionkey", session.key(),
                        "userid", user.uuid(),
                        "username", user.name(),
                        "account", user.name(),
                        "role", user.role().name()));
    }

    private Answer logout(String session) {
        sessions.end(session);
        JsonObject json = new JsonObject();
        json.addProperty("description", "success");
        return new Answer(
                200, Json.text(Json.under("logoutresponse", json)), Map.of("JSESSIONID", "", "sessionkey", ""));
    }

    private static Answer answered(String response, JsonObject content) {
        return new Answer(200, Json.text(Json.under(response, content)), Map.of());
    }
}
