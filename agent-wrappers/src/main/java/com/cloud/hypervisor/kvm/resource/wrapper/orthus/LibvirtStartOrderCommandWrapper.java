// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.hypervisor.kvm.resource.wrapper.orthus;

import com.cloud.hypervisor.kvm.resource.LibvirtComputingResource;
import com.cloud.resource.CommandWrapper;
import com.cloud.resource.ResourceWrapper;
import io.orthus.agent.Answers;
import io.orthus.agent.Orders;
import io.orthus.protocol.OrderAnswer;
import io.orthus.protocol.StartOrderCommand;

/** Begins an order. */
@ResourceWrapper(handles = StartOrderCommand.class)
public final class LibvirtStartOrderCommandWrapper
        extends CommandWrapper<StartOrderCommand, OrderAnswer, LibvirtComputingResource> {
    @Override
    public OrderAnswer execute(StartOrderCommand command, LibvirtComputingResource resource) {
        return Answers.to(command, () -> Orders.ofThisHost(command).start(command.order()));
    }
}
