// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.beans;

import com.cloud.utils.component.ManagerBase;
import com.cloud.vm.VmWork;
import com.cloud.vm.VmWorkJobDispatcher;
import com.cloud.vm.VmWorkJobHandler;
import com.cloud.vm.VmWorkSerializer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.cloudstack.framework.jobs.AsyncJob;
import org.apache.cloudstack.framework.jobs.AsyncJobManager;
import org.apache.cloudstack.framework.jobs.impl.AsyncJobVO;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** VM work jobs: of each VM one at a time, in the order in which they came. Thread-safe. */
public final class WorkJobs extends ManagerBase implements AsyncJobManager, AutoCloseable {
    private static final Logger LOGGER = LogManager.getLogger(WorkJobs.class);

    private final Map<String, VmWorkJobHandler> handlers = new ConcurrentHashMap<>();
    private final Map<Long, CompletableFuture<Void>> queues = new ConcurrentHashMap<>();
    private final AtomicLong last = new AtomicLong();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** Where handlers of jobs are entered. */
    public VmWorkJobDispatcher dispatcher() {
        return new VmWorkJobDispatcher() {
            @Override
            public Map<String, VmWorkJobHandler> getHandlers() {
                return handlers;
            }
        };
    }

    @Override
    public long submitAsyncJob(AsyncJob job, String queue, long vmId) {
        queues.compute(vmId, (id, before) -> {
            CompletableFuture<Void> free = before == null ? CompletableFuture.completedFuture(null) : before;
            CompletableFuture<Void> ended = free.thenRunAsync(() -> run((AsyncJobVO) job), threads);
            // Of hundreds of thousands of VMs few have a job.
            CompletableFuture<Void> unused = ended.thenRunAsync(() -> queues.remove(vmId, ended), threads);
            return ended;
        });
        return last.incrementAndGet();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private void run(AsyncJobVO job) {
        try {
            VmWork work = VmWorkSerializer.deserialize(Class.forName(job.getCmd()), job.getCmdInfo());
            handlers.get(work.getHandlerName()).handleVmWorkJob(work);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOGGER.warn("VM work job {} failed: {}", job.getCmd(), e.getMessage(), e);
        }
    }
}
