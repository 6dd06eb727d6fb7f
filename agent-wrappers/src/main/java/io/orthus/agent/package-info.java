// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
/**
 * Orders of a management server, carried out by the {@code orthus} command of this host.
 *
 * <p>Nothing of an order is kept in the agent: what was asked for is on disk before it is begun, the command runs in a
 * systemd unit of its own, and what it says goes into files. So an agent that is restarted, upgraded or killed in the
 * middle is of no consequence; the next question is answered from what is there.
 */
package io.orthus.agent;
