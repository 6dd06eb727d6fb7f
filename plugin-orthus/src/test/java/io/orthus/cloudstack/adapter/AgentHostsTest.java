// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.cloud.agent.AgentManager;
import com.cloud.agent.api.Answer;
import com.cloud.agent.api.UnsupportedAnswer;
import com.cloud.exception.AgentUnavailableException;
import com.cloud.exception.OperationTimedoutException;
import com.cloud.host.dao.HostDao;
import com.google.gson.Gson;
import io.orthus.cloudstack.campaign.HostRun;
import io.orthus.cloudstack.campaign.HostState;
import io.orthus.cloudstack.campaign.Reply;
import io.orthus.protocol.Order;
import io.orthus.protocol.OrderAnswer;
import io.orthus.protocol.OrderKind;
import io.orthus.protocol.OrderOptions;
import io.orthus.protocol.OrderReport;
import io.orthus.protocol.OrderState;
import io.orthus.protocol.PollOrderCommand;
import io.orthus.protocol.StartOrderCommand;
import io.orthus.protocol.Target;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgentHostsTest {
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

    private final AgentManager agents = mock(AgentManager.class);
    private final AgentHosts hosts = new AgentHosts(agents, mock(HostDao.class), 15);
    private final PollOrderCommand command = new PollOrderCommand(HOST.token());

    @Test
    void handsOnWhatTheHostSays() throws Exception {
        OrderReport report = new OrderReport(HOST.token(), OrderState.RUNNING, "", null, List.of());
        when(agents.send(7L, command)).thenReturn(new OrderAnswer(command, report));
        assertThat(hosts.ask(HOST, command)).isEqualTo(new Reply.Answered(report));
        assertThat(command.getWait()).isEqualTo(15);
    }

    @Test
    void knowsAnAgentWithoutTheExtension() throws Exception {
        when(agents.send(anyLong(), any())).thenReturn(new UnsupportedAnswer(command, "no such command"));
        assertThat(hosts.ask(HOST, command)).isInstanceOf(Reply.Unsupported.class);
    }

    /** Version 1 of the protocol refused such orders, in words that end with its own version. */
    @Test
    void knowsAnExtensionThatIsTooOldForTheKvm() throws Exception {
        Target newest = new Target(null, Target.NEWEST);
        StartOrderCommand start = new StartOrderCommand(
                new Order(HOST.token(), OrderKind.PREFLIGHT, newest, List.of(), OrderOptions.DEFAULTS));
        when(agents.send(7L, start))
                .thenReturn(new Gson()
                        .fromJson("{'protocol': 1, 'result': false, 'details': 'not from here'}", OrderAnswer.class))
                .thenReturn(new OrderAnswer(start, "another order is under way"));
        assertThat(hosts.ask(HOST, start))
                .isInstanceOfSatisfying(Reply.Unsupported.class, reply -> assertThat(reply.why())
                        .contains("too old", "orthus-agent"));
        assertThat(hosts.ask(HOST, start)).isEqualTo(new Reply.Refused("another order is under way"));
    }

    @Test
    void handsOnWhyAHostRefuses() throws Exception {
        when(agents.send(anyLong(), any())).thenReturn(new Answer(command, false, "busy"));
        assertThat(hosts.ask(HOST, command)).isEqualTo(new Reply.Refused("busy"));
    }

    @Test
    void aTimeoutSaysNothingAboutTheHost() throws Exception {
        when(agents.send(anyLong(), any())).thenThrow(new OperationTimedoutException(null, 7, 1, 30, true));
        assertThat(hosts.ask(HOST, command)).isInstanceOf(Reply.Unreachable.class);
    }

    @Test
    void norDoesAnAgentThatIsAway() throws Exception {
        when(agents.send(anyLong(), any())).thenThrow(new AgentUnavailableException("away", 7));
        assertThat(hosts.ask(HOST, command)).isInstanceOf(Reply.Unreachable.class);
    }

    @Test
    void aHostThatHasBeenRemovedIsUnfit() {
        assertThat(hosts.unfit(HOST)).contains("the host has been removed");
    }
}
