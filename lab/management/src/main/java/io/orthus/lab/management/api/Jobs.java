// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.api;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** Asynchronous jobs of the API. Thread-safe. */
final class Jobs implements AutoCloseable {
    private static final Logger LOGGER = LogManager.getLogger(Jobs.class);
    private static final int UNDER_WAY = 0;
    private static final int SUCCEEDED = 1;
    private static final int FAILED = 2;

    private final Map<String, Job> jobs = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private record Job(String uuid, String command, User user, int status, JsonObject result, Instant created) {
        Job ended(int how, JsonObject with) {
            return new Job(uuid, command, user, how, with, created);
        }
    }

    /** Begins a job and returns what the caller hears at once. */
    JsonObject begin(ApiCommand command, User user, ApiCommand.Action action) {
        Job job = new Job(UUID.randomUUID().toString(), command.name(), user, UNDER_WAY, null, Instant.now());
        jobs.put(job.uuid(), job);
        threads.execute(() -> jobs.put(job.uuid(), run(job, action)));
        JsonObject answer = new JsonObject();
        answer.addProperty("jobid", job.uuid());
        return answer;
    }

    /** How a job stands, as queryAsyncJobResult tells it. */
    JsonObject query(Call call) throws ApiError {
        String id = call.get("jobid");
        Job job = id == null ? null : jobs.get(id);
        if (job == null || job.user().id() != call.user().id()) {
            throw new ApiError(
                    ApiError.BAD_PARAMETER,
                    id == null
                            ? "Unable to execute API command queryasyncjobresult due to missing parameter jobid"
                            : "Unable to find a job by id " + id);
        }
        return Json.of(members(job)).getAsJsonObject();
    }

    List<Map<String, Object>> list() {
        return jobs.values().stream().map(Jobs::members).toList();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private static Job run(Job job, ApiCommand.Action action) {
        try {
            return job.ended(SUCCEEDED, action.run());
        } catch (ApiError e) {
            return job.ended(FAILED, failure(e.code(), e.getMessage()));
        } catch (RuntimeException e) {
            LOGGER.error("job {} failed", job.command(), e);
            return job.ended(FAILED, failure(ApiError.INTERNAL, e.getMessage()));
        }
    }

    private static JsonObject failure(int code, String text) {
        JsonObject json = new JsonObject();
        json.addProperty("errorcode", code);
        json.add("errortext", text == null ? null : new JsonPrimitive(text));
        return json;
    }

    private static Map<String, Object> members(Job job) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("accountid", job.user().uuid());
        members.put("userid", job.user().uuid());
        members.put("cmd", job.command().toLowerCase(Locale.ROOT));
        members.put("jobstatus", job.status());
        members.put("jobprocstatus", 0);
        members.put("jobresultcode", job.status() == FAILED ? ApiError.INTERNAL : 0);
        if (job.result() != null) {
            members.put("jobresulttype", "object");
            members.put("jobresult", job.result());
        }
        members.put("created", job.created());
        members.put("jobid", job.uuid());
        return members;
    }
}
