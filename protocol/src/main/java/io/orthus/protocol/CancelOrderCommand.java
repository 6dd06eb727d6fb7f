// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.protocol;

/**
 * Calls an order off: no further VM is begun, VMs that are being prepared are put back, a window that is open is
 * brought to its end. The order ends as {@link OrderState#DONE}; its VMs tell what became of them. Calling off an order
 * that has ended changes nothing. An order that the host does not know is answered with {@link OrderState#UNKNOWN} and
 * refused from then on, so that a start that was delayed on its way begins nothing.
 */
public final class CancelOrderCommand extends OrderCommand {
    private final String token;

    /** For Gson. */
    @SuppressWarnings("unused")
    private CancelOrderCommand() {
        this(null);
    }

    public CancelOrderCommand(String token) {
        this.token = token;
    }

    @Override
    public String token() {
        return token;
    }
}
