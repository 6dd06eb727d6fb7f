// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.hypervisor.kvm.resource.wrapper.orthus;

import com.cloud.hypervisor.kvm.resource.LibvirtComputingResource;
import com.cloud.resource.CommandWrapper;
import com.cloud.resource.ResourceWrapper;
import io.orthus.agent.Answers;
import io.orthus.agent.Orders;
import io.orthus.protocol.CancelOrderCommand;
import io.orthus.protocol.OrderAnswer;

/** Calls an order off. */
@ResourceWrapper(handles = CancelOrderCommand.class)
public final class LibvirtCancelOrderCommandWrapper
        extends CommandWrapper<CancelOrderCommand, OrderAnswer, LibvirtComputingResource> {
    @Override
    public OrderAnswer execute(CancelOrderCommand command, LibvirtComputingResource resource) {
        return Answers.to(command, () -> Orders.ofThisHost(command).cancel(command.token()));
    }
}
