// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import com.cloud.ha.HighAvailabilityManager;
import com.cloud.vm.VMInstanceVO;
import com.cloud.vm.VirtualMachine;
import com.cloud.vm.dao.VMInstanceDao;
import io.orthus.cloudstack.campaign.HostRun;
import io.orthus.cloudstack.campaign.HostState;
import io.orthus.cloudstack.campaign.VmRun;
import io.orthus.cloudstack.campaign.VmState;
import java.time.Instant;
import org.apache.cloudstack.framework.jobs.AsyncJobManager;
import org.junit.jupiter.api.Test;

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

    private final HighAvailabilityManager ha = mock(HighAvailabilityManager.class);
    private final VMInstanceDao dao = mock(VMInstanceDao.class);
    private final VMInstanceVO instance = mock(VMInstanceVO.class);

    @Test
    void aVmIsSentAwayOnce() {
        there(7L);
        WorkJobVms vms = vms();
        assertThat(vms.sendAway(HOST, VM)).isFalse();
        verify(ha).scheduleMigration(instance);

        when(ha.hasPendingHaWork(30)).thenReturn(true);
        assertThat(vms.sendAway(HOST, VM)).isFalse();
        verify(ha).scheduleMigration(instance);
    }

    @Test
    void aVmOnAnotherHostHasLeft() {
        there(8L);
        assertThat(vms().sendAway(HOST, VM)).isTrue();
        verify(ha, never()).scheduleMigration(any());
    }

    private void there(Long hostId) {
        when(dao.findByUuid("vm")).thenReturn(instance);
        when(instance.getId()).thenReturn(30L);
        when(instance.getHostId()).thenReturn(hostId);
        when(instance.getState()).thenReturn(VirtualMachine.State.Running);
    }

    private WorkJobVms vms() {
        return new WorkJobVms(mock(AsyncJobManager.class), ha, dao, new Holds(held -> held));
    }
}
