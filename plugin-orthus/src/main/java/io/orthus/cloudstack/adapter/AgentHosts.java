// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.adapter;

import com.cloud.agent.AgentManager;
import com.cloud.agent.api.Answer;
import com.cloud.agent.api.UnsupportedAnswer;
import com.cloud.exception.AgentUnavailableException;
import com.cloud.exception.OperationTimedoutException;
import com.cloud.host.HostVO;
import com.cloud.host.Status;
import com.cloud.host.dao.HostDao;
import com.cloud.hypervisor.Hypervisor.HypervisorType;
import com.cloud.resource.ResourceState;
import io.orthus.cloudstack.campaign.HostRun;
import io.orthus.cloudstack.campaign.Reply;
import io.orthus.cloudstack.engine.Hosts;
import io.orthus.protocol.OrderAnswer;
import io.orthus.protocol.OrderCommand;
import io.orthus.protocol.Protocol;
import io.orthus.protocol.StartOrderCommand;
import java.util.Optional;

/** Hosts behind CloudStack's agents. Whichever management server an agent is connected to, CloudStack passes commands on. */
public final class AgentHosts implements Hosts {
    private final AgentManager agents;
    private final HostDao hosts;
    private final int waitSeconds;

    /**
     * @param waitSeconds how long to wait for an answer; CloudStack waits up to twice as long. Hosts answer at once, so
     *     this is for the network.
     */
    public AgentHosts(AgentManager agents, HostDao hosts, int waitSeconds) {
        this.agents = agents;
        this.hosts = hosts;
        this.waitSeconds = waitSeconds;
    }

    @Override
    public Optional<String> unfit(HostRun host) {
        return unfit(hosts.findById(host.hostId()));
    }

    /** Why a host cannot be upgraded now; empty if it can. {@code null} stands for one that is no longer there. */
    public static Optional<String> unfit(HostVO host) {
        if (host == null) {
            return Optional.of("the host has been removed");
        }
        // Not by identity: HypervisorType is a class, and 4.22 makes its objects by name.
        if (!HypervisorType.KVM.toString().equals(String.valueOf(host.getHypervisorType()))) {
            return Optional.of("its hypervisor is %s, not KVM".formatted(host.getHypervisorType()));
        }
        if (host.getStatus() != Status.Up) {
            return Optional.of("its state is %s, not Up".formatted(host.getStatus()));
        }
        // Disabled means that nothing new is put there; what runs there may well be upgraded.
        if (host.getResourceState() != ResourceState.Enabled && host.getResourceState() != ResourceState.Disabled) {
            return Optional.of("its resource state is %s, not Enabled or Disabled".formatted(host.getResourceState()));
        }
        return Optional.empty();
    }

    @Override
    public Reply ask(HostRun host, OrderCommand command) {
        command.setWait(waitSeconds);
        try {
            return reply(command, agents.send(host.hostId(), command));
        } catch (AgentUnavailableException | OperationTimedoutException e) {
            return new Reply.Unreachable("the agent did not answer: " + e.getMessage());
        } catch (RuntimeException e) {
            return new Reply.Unreachable("the agent could not be asked: " + e.getMessage());
        }
    }

    private static Reply reply(OrderCommand command, Answer answer) {
        if (answer instanceof UnsupportedAnswer) {
            return new Reply.Unsupported("the Orthus agent extension is not installed on this host");
        }
        if (tooOld(command, answer)) {
            return new Reply.Unsupported("the Orthus agent extension of this host is too old to exchange its KVM;"
                    + " upgrade the package orthus-agent there");
        }
        if (answer instanceof OrderAnswer order && order.getResult() && order.report() != null) {
            return new Reply.Answered(order.report());
        }
        return new Reply.Refused(
                answer == null || answer.getDetails() == null ? "refused without a reason" : answer.getDetails());
    }

    /** Whether the host has refused because it cannot be told which KVM to go to. */
    private static boolean tooOld(OrderCommand command, Answer answer) {
        return command instanceof StartOrderCommand start
                && start.order().target().kvm() != null
                && answer instanceof OrderAnswer order
                && !order.getResult()
                && order.protocol() < Protocol.KVM_AS_TARGET;
    }
}
