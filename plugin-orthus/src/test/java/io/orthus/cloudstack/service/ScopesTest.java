// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.cloud.host.Host;
import com.cloud.host.HostVO;
import com.cloud.host.Status;
import com.cloud.host.dao.HostDao;
import com.cloud.hypervisor.Hypervisor.HypervisorType;
import com.cloud.resource.ResourceState;
import io.orthus.cloudstack.api.command.LiveUpgradeHypervisorCmd;
import io.orthus.cloudstack.store.NewHost;
import java.util.List;
import org.apache.cloudstack.api.ServerApiException;
import org.junit.jupiter.api.Test;

class ScopesTest {
    private final HostDao dao = mock(HostDao.class);
    private final LiveUpgradeHypervisorCmd cmd = mock(LiveUpgradeHypervisorCmd.class);
    private final Scopes scopes = new Scopes(dao);

    @Test
    void takesHostsInTheOrderGivenAndOnce() {
        HostVO one = host(1, HypervisorType.KVM, Status.Up);
        HostVO two = host(2, HypervisorType.KVM, Status.Up);
        when(dao.findById(1L)).thenReturn(one);
        when(dao.findById(2L)).thenReturn(two);
        when(cmd.getHostIds()).thenReturn(List.of(2L, 1L, 2L));
        assertThat(scopes.of(cmd)).extracting(NewHost::name).containsExactly("host2", "host1");
    }

    @Test
    void refusesNoneAndTwoScopes() {
        refused("exactly one of");
        when(cmd.getHostIds()).thenReturn(List.of(1L));
        when(cmd.getZoneIds()).thenReturn(List.of(1L));
        refused("exactly one of");
    }

    @Test
    void refusesANamedHostThatIsNotKvm() {
        HostVO host = host(1, HypervisorType.VMware, Status.Up);
        when(dao.findById(1L)).thenReturn(host);
        when(cmd.getHostIds()).thenReturn(List.of(1L));
        refused("host host1 cannot be upgraded: its hypervisor is VMware, not KVM");
    }

    @Test
    void refusesANamedHostThatIsDown() {
        HostVO host = host(1, HypervisorType.KVM, Status.Down);
        when(dao.findById(1L)).thenReturn(host);
        when(cmd.getHostIds()).thenReturn(List.of(1L));
        refused("its state is Down, not Up");
    }

    @Test
    void takesTheKvmHostsOfAZoneEvenIfOneIsDownNow() {
        HostVO kvm = host(1, HypervisorType.KVM, Status.Down);
        HostVO other = host(2, HypervisorType.VMware, Status.Up);
        when(cmd.getZoneIds()).thenReturn(List.of(7L));
        when(dao.listIdsByDataCenterId(7L)).thenReturn(List.of(1L, 2L));
        when(dao.listByIds(List.of(1L, 2L))).thenReturn(List.of(kvm, other));
        assertThat(scopes.of(cmd)).extracting(NewHost::id).containsExactly(1L);
    }

    @Test
    void refusesAScopeWithoutKvmHosts() {
        when(cmd.getClusterIds()).thenReturn(List.of(3L));
        when(dao.listIdsByClusterId(3L)).thenReturn(List.of());
        refused("there is no KVM host");
    }

    private void refused(String why) {
        assertThatThrownBy(() -> scopes.of(cmd))
                .isInstanceOf(ServerApiException.class)
                .hasMessageContaining(why);
    }

    private static HostVO host(long id, HypervisorType hypervisor, Status status) {
        HostVO host = mock(HostVO.class);
        when(host.getId()).thenReturn(id);
        when(host.getUuid()).thenReturn("uuid" + id);
        when(host.getName()).thenReturn("host" + id);
        when(host.getType()).thenReturn(Host.Type.Routing);
        when(host.getHypervisorType()).thenReturn(hypervisor);
        when(host.getStatus()).thenReturn(status);
        when(host.getResourceState()).thenReturn(ResourceState.Enabled);
        return host;
    }
}
