// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does the same with many things side by side, with as many threads as there are processors. */
public final class Parallel {
    private Parallel() {}

    /**
     * What is done with one of them. Must be thread-safe.
     *
     * @param <T> the thing
     * @param <R> what comes of it
     */
    @FunctionalInterface
    public interface Task<T, R> {
        R run(T item) throws IOException;
    }

    /**
     * Runs the task for each item and waits for all of them.
     *
     * @return the results in the order of the items
     * @throws IOException that of the first item in this order whose task failed; the others have come to their end
     */
    public static <T, R> List<R> map(List<T> items, Task<T, R> task) throws IOException {
        int threads = Math.min(items.size(), Runtime.getRuntime().availableProcessors());
        // With nothing to share the calling thread does it, and nobody has to be waited for.
        if (threads < 2) {
            List<R> results = new ArrayList<>();
            for (T item : items) {
                results.add(task.run(item));
            }
            return results;
        }
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<R>> running = new ArrayList<>();
            for (T item : items) {
                running.add(pool.submit(() -> task.run(item)));
            }
            return collect(running);
        } finally {
            pool.shutdown();
        }
    }

    private static <R> List<R> collect(List<Future<R>> running) throws IOException {
        List<R> results = new ArrayList<>();
        IOException failure = null;
        for (Future<R> each : running) {
            try {
                results.add(each.get());
            } catch (ExecutionException e) {
                if (failure == null) {
                    failure = e.getCause() instanceof IOException io
                            ? io
                            : new IOException(String.valueOf(e.getCause()), e.getCause());
                }
            } catch (InterruptedException e) {
                throw Deadline.interrupted("work that goes on side by side");
            }
        }
        if (failure != null) {
            throw failure;
        }
        return results;
    }
}
