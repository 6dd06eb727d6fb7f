// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
/**
 * What a management server and the agent of a host say to each other.
 *
 * <p>A management server gives an {@link io.orthus.protocol.Order} by {@link io.orthus.protocol.StartOrderCommand},
 * asks after it by {@link io.orthus.protocol.PollOrderCommand} and calls it off by
 * {@link io.orthus.protocol.CancelOrderCommand}. Each is answered at once with an
 * {@link io.orthus.protocol.OrderAnswer}; the work goes on in the background of the host.
 *
 * <p><b>Compatibility.</b> Both sides may be older or newer than the other. Members are only ever added, never renamed
 * or given another meaning; a reader ignores what it does not know, and what is absent reads as {@code null}, zero,
 * {@code false} or an empty list. A word that the reader's enumeration lacks reads as {@code null}. Each command and
 * answer says by {@link io.orthus.protocol.Protocol#VERSION} what its sender speaks.
 *
 * <p>CloudStack makes JSON of these classes with its own Gson and logs it at DEBUG, so no secret may be in them.
 */
package io.orthus.protocol;
