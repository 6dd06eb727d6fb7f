// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import com.cloud.vm.UserVmService;
import com.cloud.vm.dao.VMInstanceDao;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.cloudstack.framework.jobs.AsyncJobManager;
import org.apache.cloudstack.jobs.JobInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HoldsTest {
    private final Set<Long> toBeHeld = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<Set<Long>> asked = new ArrayBlockingQueue<>(100);
    private final VmRows rows = new VmRows() {
        @Override
        public Set<Long> held(Set<Long> ids) {
            if (toBeHeld.contains(13L)) {
                throw new IllegalStateException("the database is away");
            }
            asked.add(ids);
            return Set.copyOf(toBeHeld);
        }

        @Override
        public boolean leaving(long vmRunId) {
            return false;
        }
    };
    private final Holds holds = new Holds(rows);
    private final WorkJobVms vms = new WorkJobVms(
            mock(AsyncJobManager.class), mock(UserVmService.class), mock(VMInstanceDao.class), rows, holds);
    private final ExecutorService jobs = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        jobs.shutdownNow();
    }

    @Test
    void eachJobLastsAsLongAsItsRowSaysSoAndAllAreAskedForTogether() throws Exception {
        toBeHeld.addAll(Set.of(1L, 2L));
        Future<JobInfo.Status> one = job(1);
        Future<JobInfo.Status> two = job(2);
        beatUntilAskedFor(Set.of(1L, 2L));

        toBeHeld.remove(1L);
        holds.beat();
        assertThat(one.get()).isEqualTo(JobInfo.Status.SUCCEEDED);
        beatUntilAskedFor(Set.of(2L));
        assertThat(two).isNotDone();

        toBeHeld.clear();
        holds.beat();
        assertThat(two.get()).isEqualTo(JobInfo.Status.SUCCEEDED);
    }

    @Test
    void aJobThatIsRunTooLateEnds() throws Exception {
        Future<JobInfo.Status> late = job(1);
        beatUntilAskedFor(Set.of(1L));
        assertThat(late.get()).isEqualTo(JobInfo.Status.SUCCEEDED);
    }

    @Test
    void holdsOnWhileNobodyCanBeAsked() throws Exception {
        toBeHeld.add(1L);
        Future<JobInfo.Status> job = job(1);
        beatUntilAskedFor(Set.of(1L));
        toBeHeld.add(13L);
        holds.beat();
        assertThat(job).isNotDone();

        toBeHeld.remove(13L);
        beatUntilAskedFor(Set.of(1L));
        assertThat(job).isNotDone();
    }

    /** A server that stops interrupts its jobs; it must not go on saying that it holds what it does not. */
    @Test
    void whatIsInterruptedIsNotHeld() throws Exception {
        toBeHeld.addAll(Set.of(1L, 2L));
        Future<JobInfo.Status> one = job(1);
        Future<JobInfo.Status> two = job(2);
        beatUntilAskedFor(Set.of(1L, 2L));
        one.cancel(true);
        beatUntilAskedFor(Set.of(2L));
        assertThat(two).isNotDone();
    }

    private Future<JobInfo.Status> job(long vmRunId) {
        return jobs.submit(
                () -> vms.handleVmWorkJob(new HoldWork(vmRunId, vmRunId)).first());
    }

    /** Jobs begin and end when their threads come to it. */
    private void beatUntilAskedFor(Set<Long> ids) throws InterruptedException {
        asked.clear();
        do {
            holds.beat();
        } while (!ids.equals(asked.poll(10, TimeUnit.MILLISECONDS)));
    }
}
