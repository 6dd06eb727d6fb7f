// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.hypervisor.kvm.resource.wrapper.orthus;

import com.cloud.hypervisor.kvm.resource.LibvirtComputingResource;
import com.cloud.resource.CommandWrapper;
import com.cloud.resource.ResourceWrapper;
import io.orthus.agent.Answers;
import io.orthus.agent.Orders;
import io.orthus.protocol.OrderAnswer;
import io.orthus.protocol.PollOrderCommand;

/** Tells how an order stands. */
@ResourceWrapper(handles = PollOrderCommand.class)
public final class LibvirtPollOrderCommandWrapper
        extends CommandWrapper<PollOrderCommand, OrderAnswer, LibvirtComputingResource> {
    @Override
    public OrderAnswer execute(PollOrderCommand command, LibvirtComputingResource resource) {
        return Answers.to(command, () -> Orders.ofThisHost(command).poll(command.token()));
    }
}
