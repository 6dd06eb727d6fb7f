// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.campaign;

import io.orthus.protocol.OrderCommand;

/** What is to be done after a decision has been stored. Each may be repeated without harm. */
public sealed interface Effect {
    /** Send the host a command; what comes back goes into {@link HostRules#heard}. At most one in a decision. */
    record Ask(OrderCommand command) implements Effect {}

    /** Make CloudStack keep its hands off a VM for as long as its row says so. */
    record Hold(VmRun vm) implements Effect {}

    /** Make CloudStack live-migrate a VM to another host. */
    record SendAway(VmRun vm) implements Effect {}

    /** See whether a VM that is to leave has left; what is found goes into {@link HostRules#found}. */
    record Find(VmRun vm) implements Effect {}

    /** Tell the operator. Done before the decision is stored: rather twice than not at all. */
    record Tell(Notice notice) implements Effect {}
}
