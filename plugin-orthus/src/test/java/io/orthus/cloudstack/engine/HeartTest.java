// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class HeartTest {
    private final CampaignStore store = mock(CampaignStore.class);
    private final List<Runnable> given = new ArrayList<>();
    private final Heart heart = heart(given::add);

    @Test
    void aHostThatIsBeingLookedAtIsNotGivenAgain() {
        when(store.due(anyInt())).thenReturn(List.of(7L));
        heart.beat();
        heart.beat();
        assertThat(given).hasSize(1);

        when(store.situation(anyLong(), any())).thenReturn(Optional.empty());
        given.remove(0).run();
        heart.beat();
        assertThat(given).hasSize(1);
    }

    @Test
    void aHostWhoseLookFailedIsGivenAgain() {
        when(store.due(anyInt())).thenReturn(List.of(7L));
        when(store.situation(anyLong(), any())).thenThrow(new IllegalStateException("the database is away"));
        heart.beat();
        given.remove(0).run();
        heart.beat();
        assertThat(given).hasSize(1);
    }

    @Test
    void beatsOnWhateverFails() {
        when(store.open()).thenThrow(new IllegalStateException("the database is away"));
        assertThatCode(heart::beat).doesNotThrowAnyException();
    }

    @Test
    void aHostThatNoWorkerTakesIsGivenAgain() {
        when(store.due(anyInt())).thenReturn(List.of(7L));
        List<Runnable> later = new ArrayList<>();
        boolean[] full = {true};
        Heart busy = heart(look -> {
            if (full[0]) {
                throw new RejectedExecutionException("full");
            }
            later.add(look);
        });
        busy.beat();
        full[0] = false;
        busy.beat();
        assertThat(later).hasSize(1);
    }

    private Heart heart(java.util.concurrent.Executor workers) {
        Locks locks = (name, work) -> work.run();
        Hosts hosts = mock(Hosts.class);
        Notices notices = mock(Notices.class);
        return new Heart(
                store,
                new CampaignWorker(store, locks, hosts, notices),
                new HostWorker(store, locks, hosts, mock(Vms.class), notices, mock(Readiness.class), () -> null),
                workers,
                10);
    }
}
