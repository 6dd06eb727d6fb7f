// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.protocol;

import com.cloud.agent.api.Command;

/** What all commands of this protocol have in common: they name an order and are answered at once. */
public abstract class OrderCommand extends Command {
    // Not final: the compiler would put the constant into protocol(), and the peer's value would never be seen.
    private int protocol = Protocol.VERSION;

    /**
     * Commands about an order must get through while the operator puts the host into maintenance: the VMs that are being
     * moved are still there.
     */
    protected OrderCommand() {
        setBypassHostMaintenance(true);
    }

    /** The protocol version of the sender, at least 1. */
    public int protocol() {
        return protocol;
    }

    /** Which order it is about. */
    public abstract String token();

    /** Orders do not wait for other commands of the host, nor others for them. */
    @Override
    public boolean executeInSequence() {
        return false;
    }

    /** Refused rather than kept while the agent changes its management server: the sender asks again by itself. */
    @Override
    public boolean allowCaching() {
        return false;
    }
}
