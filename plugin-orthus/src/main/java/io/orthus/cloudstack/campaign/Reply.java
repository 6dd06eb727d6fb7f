// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.campaign;

import io.orthus.protocol.OrderReport;

/** What came back from a host. */
public sealed interface Reply {
    /** It said how the order stands. */
    record Answered(OrderReport report) implements Reply {}

    /** It will not do that, and said why. */
    record Refused(String why) implements Reply {}

    /** Its agent cannot do that: it has no agent extension, or one that is too old. */
    record Unsupported(String why) implements Reply {}

    /** Nothing came back in time. What it does, if anything, is not known. */
    record Unreachable(String why) implements Reply {}
}
