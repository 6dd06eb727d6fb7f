// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import com.cloud.event.ActionEvent;
import io.orthus.cloudstack.adapter.EventTypes;
import io.orthus.cloudstack.campaign.BlockedPolicy;
import io.orthus.cloudstack.campaign.Campaign;
import io.orthus.cloudstack.campaign.CampaignState;
import io.orthus.cloudstack.campaign.Plan;
import io.orthus.cloudstack.campaign.Tally;
import io.orthus.cloudstack.campaign.VmState;
import io.orthus.cloudstack.engine.CampaignStore;
import io.orthus.cloudstack.store.CampaignRegister;
import io.orthus.cloudstack.store.JdbcReadiness;
import io.orthus.protocol.OrderKind;
import io.orthus.protocol.OrderOptions;
import io.orthus.protocol.Target;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.cloudstack.api.ServerApiException;
import org.apache.cloudstack.framework.config.ConfigKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HypervisorUpgradeServiceImplTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final String UUID = "0d7f3c1e-8f52-4f0e-9a53-5a4c4f1f5d11";

    private final CampaignStore store = mock(CampaignStore.class);
    private final CampaignRegister register = mock(CampaignRegister.class);
    private final HypervisorUpgradeServiceImpl service =
            new HypervisorUpgradeServiceImpl(store, register, mock(JdbcReadiness.class));

    @BeforeEach
    void rows() {
        when(store.now()).thenReturn(NOW);
        when(store.tally(anyLong())).thenReturn(new Tally(3, 0, 1, 0, 0, 1, 2));
        when(store.save(any(Campaign.class))).thenReturn(true);
        when(register.vmCounts(anyLong())).thenReturn(Map.of());
    }

    /** Or CloudStack's event of such a call would stay scheduled for ever, also if it was refused. */
    @ParameterizedTest
    @ValueSource(strings = {"begin", "pause", "cancel", "resume", "rollback"})
    void theEndOfTheCallIsAnEvent(String name) {
        assertThat(HypervisorUpgradeServiceImpl.class.getDeclaredMethods())
                .filteredOn(method -> method.getName().equals(name))
                .singleElement()
                .satisfies(method -> {
                    ActionEvent event = method.getAnnotation(ActionEvent.class);
                    assertThat(event).isNotNull();
                    assertThat(event.async()).isTrue();
                    assertThat(event.eventType()).isEqualTo(EventTypes.CAMPAIGN);
                });
    }

    @Test
    void aPauseIsStoredAndTheHostsLookAtOnce() {
        there(CampaignState.RUNNING, OrderKind.UPGRADE);
        service.pause(UUID);
        verify(store).save(argThat((Campaign campaign) -> campaign.state() == CampaignState.PAUSED));
        verify(store).wake(1);
    }

    @Test
    void whatHasFailedBeforeAResumeIsForgiven() {
        there(CampaignState.PAUSED, OrderKind.UPGRADE);
        service.resume(UUID);
        verify(store)
                .save(argThat(
                        (Campaign campaign) -> campaign.state() == CampaignState.RUNNING && campaign.forgiven() == 2));
    }

    @Test
    void aRunningCampaignIsNotResumed() {
        there(CampaignState.RUNNING, OrderKind.UPGRADE);
        assertThatThrownBy(() -> service.resume(UUID))
                .isInstanceOf(ServerApiException.class)
                .hasMessageContaining("only a paused one can be resumed");
        verify(store, never()).save(any(Campaign.class));
    }

    @Test
    void aCampaignThatHasEndedIsNotCancelled() {
        there(CampaignState.FINISHED, OrderKind.UPGRADE);
        assertThatThrownBy(() -> service.cancel(UUID)).hasMessageContaining("is finished already");
    }

    @Test
    void anUnknownCampaignIsABadParameter() {
        when(register.find(UUID)).thenReturn(Optional.empty());
        assertThatThrownBy(() -> service.cancel(UUID)).hasMessage("there is no campaign " + UUID);
    }

    @Test
    void aChangeIsTriedAgainWhenAServerWasFaster() {
        there(CampaignState.RUNNING, OrderKind.UPGRADE);
        when(store.save(any(Campaign.class))).thenReturn(false, false, true);
        service.cancel(UUID);
        verify(store, times(3)).save(any(Campaign.class));
    }

    @Test
    void onlyAnUpgradeThatHasEndedIsRolledBack() throws Exception {
        there(CampaignState.RUNNING, OrderKind.UPGRADE);
        assertThatThrownBy(() -> service.rollback(UUID)).hasMessageContaining("only an upgrade that has ended");

        there(CampaignState.FINISHED, OrderKind.UPGRADE);
        assertThatThrownBy(() -> service.rollback(UUID)).hasMessageContaining("has upgraded no VM");

        Campaign ended = there(CampaignState.FINISHED, OrderKind.UPGRADE);
        when(register.vmCounts(1)).thenReturn(Map.of(VmState.UPGRADED, 4));
        when(register.createRollback(any(), any(), anyLong(), anyLong())).thenReturn(ended);
        service.rollback(UUID);
        verify(register)
                .createRollback(
                        any(),
                        argThat(plan -> plan.kind() == OrderKind.ROLLBACK
                                && plan.failureBudget() == OrderOptions.MOST_FAILURES),
                        anyLong(),
                        anyLong());
    }

    @Test
    void everySettingIsDescribedAndReadable() {
        assertThat(service.getConfigKeys()).allSatisfy(key -> {
            assertThat(key.key()).startsWith("orthus.");
            assertThat(key.description()).isNotBlank();
        });
        assertThat(service.getConfigKeys()).extracting(ConfigKey::key).doesNotHaveDuplicates();
    }

    private Campaign there(CampaignState state, OrderKind kind) {
        Plan plan = new Plan(kind, Target.INSTALLED, 1, 1, 0, 0, 0, BlockedPolicy.SKIP, false, null, null);
        Campaign campaign = new Campaign(1, UUID, plan, state, "", 0, 1, 1, NOW, null, null, 0);
        when(register.find(UUID)).thenReturn(Optional.of(campaign));
        return campaign;
    }
}
