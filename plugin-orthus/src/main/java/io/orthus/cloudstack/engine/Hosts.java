// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.engine;

import io.orthus.cloudstack.campaign.HostRun;
import io.orthus.cloudstack.campaign.Reply;
import io.orthus.protocol.OrderCommand;
import java.util.Optional;

/** The hosts, as CloudStack knows and reaches them. */
public interface Hosts {
    /** Why a host cannot be begun now, in words for the operator; empty if it can. */
    Optional<String> unfit(HostRun host);

    /** Sends a command and waits for the answer, for some seconds. Never throws for what a host does or does not do. */
    Reply ask(HostRun host, OrderCommand command);
}
