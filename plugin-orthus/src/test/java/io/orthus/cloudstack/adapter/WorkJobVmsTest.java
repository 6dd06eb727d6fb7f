// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.mockStatic;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import com.cloud.exception.AgentUnavailableException;
import com.cloud.vm.UserVmService;
import com.cloud.vm.VMInstanceVO;
import com.cloud.vm.VirtualMachine;
import com.cloud.vm.VmWorkConstants;
import com.cloud.vm.VmWorkSerializer;
import com.cloud.vm.dao.VMInstanceDao;
import io.orthus.cloudstack.campaign.HostRun;
import io.orthus.cloudstack.campaign.HostState;
import io.orthus.cloudstack.campaign.VmRun;
import io.orthus.cloudstack.campaign.VmState;
import io.orthus.cloudstack.campaign.Whereabouts;
import java.time.Instant;
import org.apache.cloudstack.framework.jobs.AsyncJobManager;
import org.apache.cloudstack.framework.jobs.impl.VmWorkJobVO;
import org.apache.cloudstack.jobs.JobInfo;
import org.junit.jupiter.api.Test;
import org.mockito.MockedStatic;

class WorkJobVmsTest {
    private static final HostRun HOST = new HostRun(
            1,
            "run",
            1,
            7,
            "uuid",
            "host7",
            false,
            HostState.WORKING,
            1,
            true,
            Instant.EPOCH,
            Instant.EPOCH,
            Instant.EPOCH,
            0,
            "",
            null,
            0);
    private static final VmRun VM = new VmRun(
            3, 1, "vm", "i-2-3-VM", VmState.LEAVING, Instant.EPOCH, null, null, null, null, null, "", null, null);

    private static final LeaveWork LEAVE = new LeaveWork(30, 7, 3);

    private final UserVmService migrations = mock(UserVmService.class);
    private final AsyncJobManager jobs = mock(AsyncJobManager.class);
    private final VMInstanceDao dao = mock(VMInstanceDao.class);
    private final VMInstanceVO instance = mock(VMInstanceVO.class);
    private final VmRows rows = mock(VmRows.class);
    private final WorkJobVms vms = new WorkJobVms(jobs, migrations, dao, rows, new Holds(rows));

    @Test
    void aVmIsSentAwayByAJobOfItsOwn() {
        there(7L, VirtualMachine.State.Running);
        try (MockedStatic<VmWorkSerializer> serializer = mockStatic(VmWorkSerializer.class)) {
            serializer
                    .when(() -> VmWorkSerializer.serialize(any(LeaveWork.class)))
                    .thenReturn("work");
            vms.sendAway(HOST, VM);
        }
        verify(jobs).submitAsyncJob(any(VmWorkJobVO.class), eq(VmWorkConstants.VM_WORK_QUEUE), eq(30L));
        assertThat(vms.find(HOST, VM)).isEqualTo(Whereabouts.HERE);
    }

    @Test
    void aVmThatMigratesHasNotLeftYetAndIsNotSentAwayAgain() {
        there(8L, VirtualMachine.State.Migrating);
        vms.sendAway(HOST, VM);
        verifyNoInteractions(jobs);
        assertThat(vms.find(HOST, VM)).isEqualTo(Whereabouts.HERE);
    }

    @Test
    void aVmThatRunsOnAnotherHostHasLeft() {
        there(8L, VirtualMachine.State.Running);
        vms.sendAway(HOST, VM);
        verifyNoInteractions(jobs);
        assertThat(vms.find(HOST, VM)).isEqualTo(Whereabouts.ELSEWHERE);
    }

    @Test
    void aVmThatWasStoppedOrRemovedHasNotLeft() {
        there(null, VirtualMachine.State.Stopped);
        assertThat(vms.find(HOST, VM)).isEqualTo(Whereabouts.NOWHERE);
        when(dao.findByUuid("vm")).thenReturn(null);
        assertThat(vms.find(HOST, VM)).isEqualTo(Whereabouts.NOWHERE);
    }

    @Test
    void theJobMigratesTheVmToAHostOfCloudStacksChoice() throws Exception {
        there(7L, VirtualMachine.State.Running);
        when(rows.leaving(3)).thenReturn(true);
        assertThat(vms.handleVmWorkJob(LEAVE).first()).isEqualTo(JobInfo.Status.SUCCEEDED);
        verify(migrations).migrateVirtualMachine(30L, null);
    }

    @Test
    void aMigrationThatFailsLeavesTheVmAlone() throws Exception {
        there(7L, VirtualMachine.State.Running);
        when(rows.leaving(3)).thenReturn(true);
        when(migrations.migrateVirtualMachine(30L, null)).thenThrow(new AgentUnavailableException("timed out", 8));
        assertThat(vms.handleVmWorkJob(LEAVE).first()).isEqualTo(JobInfo.Status.FAILED);
        assertThat(vms.find(HOST, VM)).isEqualTo(Whereabouts.HERE);
    }

    @Test
    void nothingIsMigratedThatIsNoLongerToLeave() throws Exception {
        there(7L, VirtualMachine.State.Running);
        assertThat(vms.handleVmWorkJob(LEAVE).first()).isEqualTo(JobInfo.Status.SUCCEEDED);
        verifyNoInteractions(migrations);
    }

    @Test
    void nothingIsMigratedFromTheHostThatItCameTo() throws Exception {
        there(8L, VirtualMachine.State.Running);
        when(rows.leaving(3)).thenReturn(true);
        assertThat(vms.handleVmWorkJob(LEAVE).first()).isEqualTo(JobInfo.Status.SUCCEEDED);
        verifyNoInteractions(migrations);
    }

    private void there(Long hostId, VirtualMachine.State state) {
        when(dao.findByUuid("vm")).thenReturn(instance);
        when(dao.findById(30L)).thenReturn(instance);
        when(instance.getId()).thenReturn(30L);
        when(instance.getHostId()).thenReturn(hostId);
        when(instance.getState()).thenReturn(state);
    }
}
