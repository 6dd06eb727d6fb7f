// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What a peer of another version says is read as far as it is understood. */
class OtherPeersTest {
    private final Gson gson = new Gson();

    @Test
    void whatANewerPeerAddsIsIgnored() throws IOException {
        OrderAnswer answer = gson.fromJson(GoldenFilesTest.file("newer-peer"), OrderAnswer.class);

        assertThat(answer.protocol()).isEqualTo(7);
        assertThat(answer.report().state()).isEqualTo(OrderState.DONE);
        assertThat(answer.report().vms()).singleElement().satisfies(vm -> {
            assertThat(vm.name()).isEqualTo("i-2-3-VM");
            assertThat(vm.result()).as("a word that did not exist yet").isNull();
            assertThat(vm.blockers()).isEmpty();
        });
    }

    @Test
    void whatAnOlderPeerLacksIsEmpty() throws IOException {
        OrderAnswer answer = gson.fromJson(GoldenFilesTest.file("older-peer"), OrderAnswer.class);

        assertThat(answer.getResult()).isTrue();
        assertThat(answer.report().message()).isEmpty();
        assertThat(answer.report().host()).isNull();
        assertThat(answer.report().vms()).isEmpty();
    }

    @Test
    void anOrderWithoutOptionsLeavesThemToTheHost() {
        StartOrderCommand command = gson.fromJson(
                "{\"order\":{\"token\":\"t\",\"kind\":\"PREFLIGHT\"},\"wait\":0}", StartOrderCommand.class);

        assertThat(command.token()).isEqualTo("t");
        assertThat(command.order().target()).isEqualTo(Target.INSTALLED);
        assertThat(command.order().options()).isEqualTo(OrderOptions.DEFAULTS);
        assertThat(command.order().vms()).isEmpty();
    }
}
