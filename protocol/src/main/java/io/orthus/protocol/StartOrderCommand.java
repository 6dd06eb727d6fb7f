// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.protocol;

/**
 * Gives a host an order. A host that knows the order's token already begins nothing and answers how that order stands,
 * so the command may be sent again whenever its answer was lost.
 */
public final class StartOrderCommand extends OrderCommand {
    private final Order order;

    /** For Gson. */
    @SuppressWarnings("unused")
    private StartOrderCommand() {
        this(null);
    }

    public StartOrderCommand(Order order) {
        this.order = order;
    }

    public Order order() {
        return order;
    }

    @Override
    public String token() {
        return order.token();
    }
}
